#pragma once

namespace tidegate {

/// Gives cpprestsdk's pool, which carries timers and whatever waits, as many threads as there are cores (two
/// at least): more only get in each other's way. To be called before the first task; once is enough.
void size_pool();

}  // namespace tidegate
