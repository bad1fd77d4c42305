#pragma once

#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "services/accounts/account_directory.h"
#include "services/async/when_all.h"

namespace tidegate::accounts {

/// One account in one region.
struct Place {
  std::string account;  ///< alias, or id where there is none; empty = the service's own
  std::string region;
};

/// What one place answered: a value, or why there is none.
template <class Out>
struct PlaceAnswer {
  Place place;
  std::optional<Out> value;
  std::string failure;  ///< empty where there is a value
};

/// All places of the given accounts and regions; empty `accounts` = all of them, empty `regions` = each
/// account's own. Throws NotFound for an account that is not in the directory.
inline std::vector<Place> places(const AccountDirectory& directory,
                                 const std::vector<std::string>& accounts = {},
                                 const std::vector<std::string>& regions = {}) {
  std::vector<const Account*> chosen;
  for (const auto& name : accounts) chosen.push_back(&directory.find(name));
  if (accounts.empty()) {
    for (const auto& account : directory.accounts()) chosen.push_back(&account);
  }
  std::vector<Place> found;
  for (const auto* account : chosen) {
    const auto& name = account->alias.empty() ? account->id : account->alias;
    for (const auto& region : regions.empty() ? account->regions : regions) found.push_back({name, region});
  }
  return found;
}

/// Runs `read` (pplx::task<Out>(Place)) at every place, at most `limit` at a time, and answers in the order
/// of the places. A place that fails is a part of the answer and never fails the rest.
template <class Out, class Read>
pplx::task<std::vector<PlaceAnswer<Out>>> read_everywhere(std::vector<Place> where, std::size_t limit,
                                                          Read read) {
  auto settled = co_await when_all_settled<Out>(where, limit, std::move(read));
  std::vector<PlaceAnswer<Out>> answers;
  for (std::size_t i = 0; i < where.size(); ++i) {
    PlaceAnswer<Out> answer;
    answer.place = where[i];
    answer.value = std::move(settled[i].value);
    if (settled[i].failure) {
      try {
        std::rethrow_exception(settled[i].failure);
      } catch (const std::exception& failure) {
        answer.failure = failure.what();
      } catch (...) {
        answer.failure = "it failed without saying why";
      }
    }
    answers.push_back(std::move(answer));
  }
  co_return answers;
}

}  // namespace tidegate::accounts
