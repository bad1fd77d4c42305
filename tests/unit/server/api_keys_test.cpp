#include "server/middleware/api_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/error.h"

namespace tidegate {
namespace {

using testing::HasSubstr;

std::string refusal_of(const ApiKeys& keys, const std::string* authorization, const std::string* x_api_key) {
  try {
    keys.authenticate(authorization, x_api_key);
  } catch (const Unauthenticated& refused) {
    return refused.what();
  }
  return "let in";
}

std::string complaint_of(const AuthConfig& config) {
  try {
    require_valid(config);
  } catch (const InvalidRequest& wrong) {
    return wrong.what();
  }
  return "";
}

TEST(ApiKeys, KnowACallerByEitherHeader) {
  const NewApiKey ops = make_api_key("ops", {"read", "operate"});
  const NewApiKey viewer = make_api_key("viewer", {"read"});
  const ApiKeys keys(AuthConfig{{ops.config, viewer.config}});
  const std::string bearer = "Bearer " + ops.key;
  const std::string lower = "bearer  " + viewer.key;

  EXPECT_EQ(keys.authenticate(&bearer, nullptr).principal.id, "ops");
  EXPECT_TRUE(keys.authenticate(&bearer, nullptr).principal.has_scope("operate"));
  EXPECT_EQ(keys.authenticate(&lower, nullptr).principal.id, "viewer");
  EXPECT_EQ(keys.authenticate(nullptr, &viewer.key).principal.id, "viewer");
  EXPECT_FALSE(keys.authenticate(nullptr, &viewer.key).principal.has_scope("operate"));
  EXPECT_EQ(keys.authenticate(nullptr, &viewer.key).key_id, viewer.config.id);
  EXPECT_EQ(keys.principals(), 2U);
}

TEST(ApiKeys, RefuseMissingUnknownAndContradictingKeys) {
  const NewApiKey ops = make_api_key("ops", {"read"});
  const ApiKeys keys(AuthConfig{{ops.config}});
  const std::string other = make_api_key("ops", {"read"}).key;
  const std::string empty;
  const std::string basic = "Basic " + ops.key;
  const std::string bare = "Bearer ";
  const std::string bearer = "Bearer " + ops.key;

  EXPECT_THAT(refusal_of(keys, nullptr, nullptr), HasSubstr("send an API key"));
  EXPECT_THAT(refusal_of(keys, nullptr, &empty), HasSubstr("send an API key"));
  EXPECT_THAT(refusal_of(keys, nullptr, &other), HasSubstr("not known"));
  EXPECT_THAT(refusal_of(keys, &basic, nullptr), HasSubstr("no Bearer token"));
  EXPECT_THAT(refusal_of(keys, &bare, nullptr), HasSubstr("no Bearer token"));
  EXPECT_THAT(refusal_of(keys, &bearer, &other), HasSubstr("different keys"));
  EXPECT_EQ(refusal_of(keys, &bearer, &ops.key), "let in");
}

TEST(ApiKeys, TakeTwoActiveKeysOfAPrincipalThatShareOneLimit) {
  NewApiKey ops = make_api_key("ops", {"read"});
  const NewApiKey next = make_api_key("ops", {"read"});
  ops.config.sha256.push_back(next.config.sha256.front());
  const ApiKeys keys(AuthConfig{{ops.config}});

  EXPECT_EQ(keys.authenticate(nullptr, &ops.key).index, keys.authenticate(nullptr, &next.key).index);
  EXPECT_EQ(keys.principals(), 1U);
}

TEST(ApiKeys, LetEveryoneInAsLocalWhereNoneIsConfigured) {
  const ApiKeys keys(AuthConfig{});

  EXPECT_TRUE(keys.open());
  EXPECT_EQ(keys.authenticate(nullptr, nullptr).principal.id, "local");
  EXPECT_TRUE(keys.authenticate(nullptr, nullptr).principal.has_scope("admin"));
}

TEST(ApiKeys, AreRefusedWhereTheConfigurationCannotBeMeant) {
  const ApiKeyConfig good = make_api_key("ops", {"read"}).config;
  EXPECT_EQ(complaint_of({{good}}), "");

  const auto with = [&good](auto change) {
    ApiKeyConfig changed = good;
    change(changed);
    return complaint_of({{changed}});
  };
  EXPECT_THAT(with([](auto& key) { key.id = ""; }), HasSubstr("needs an id"));
  EXPECT_THAT(with([](auto& key) { key.principal = ""; }), HasSubstr("needs a principal"));
  EXPECT_THAT(with([](auto& key) { key.sha256 = {}; }), HasSubstr("needs a sha256"));
  EXPECT_THAT(with([](auto& key) { key.sha256 = {"abc"}; }), HasSubstr("64 hexadecimal digits"));
  EXPECT_THAT(with([](auto& key) { key.scopes = {}; }), HasSubstr("at least one scope"));
  EXPECT_THAT(with([](auto& key) { key.scopes = {"root"}; }), HasSubstr("unknown scope \"root\""));

  ApiKeyConfig same_id = make_api_key("other", {"read"}).config;
  same_id.id = good.id;
  EXPECT_THAT(complaint_of({{good, same_id}}), HasSubstr("twice"));
  ApiKeyConfig same_hash = make_api_key("other", {"read"}).config;
  same_hash.sha256 = good.sha256;
  EXPECT_THAT(complaint_of({{good, same_hash}}), HasSubstr("sha256 of another key"));
  EXPECT_THAT(
      complaint_of({{good, make_api_key("ops", {"read"}).config, make_api_key("ops", {"read"}).config}}),
      HasSubstr("more than two active keys"));
}

TEST(NewApiKey, CarriesItsIdAndACheckSum) {
  const NewApiKey made = make_api_key("ops", {"read"});

  EXPECT_EQ(made.key.substr(0, 12), "tg_" + made.config.id + "_");
  EXPECT_TRUE(is_well_formed_key(made.key));
  std::string misread = made.key;
  misread[15] = misread[15] == 'a' ? 'b' : 'a';
  EXPECT_FALSE(is_well_formed_key(misread));
  EXPECT_FALSE(is_well_formed_key("tg_short"));
  EXPECT_NE(make_api_key("ops", {"read"}).key, made.key);
}

}  // namespace
}  // namespace tidegate
