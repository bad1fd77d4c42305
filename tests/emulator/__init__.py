"""An AWS to test against: moto's server with stricter doors and a few rooms of our own. README.md says what and how."""
