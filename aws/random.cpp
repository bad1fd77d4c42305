#include "aws/random.h"

#include <random>

namespace tidegate::aws {

std::function<double()> thread_random() {
  return [] {
    thread_local std::mt19937 generator{std::random_device{}()};
    return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
  };
}

}  // namespace tidegate::aws
