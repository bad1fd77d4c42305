"""What the Python tests stand on: processes that start and stop cleanly, and handles to speak with them."""
