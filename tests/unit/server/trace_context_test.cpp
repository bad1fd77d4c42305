#include "server/middleware/trace_context.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/middleware/request_id.h"

namespace tidegate {
namespace {

constexpr const char* kGiven = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceContext, ContinuesTheCallersTraceWithAChildSpan) {
  const std::string given = kGiven;
  const auto trace = continue_trace(&given);

  ASSERT_TRUE(trace);
  EXPECT_EQ(trace->trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(trace->flags, "01");
  EXPECT_NE(trace->span_id, "b7ad6b7169203331");
  EXPECT_EQ(trace->traceparent(), "00-0af7651916cd43dd8448eb211c80319c-" + trace->span_id + "-01");
  const std::string passed_on = trace->traceparent();
  EXPECT_TRUE(continue_trace(&passed_on));
}

TEST(TraceContext, ReadsALaterVersionAsTheFirst) {
  const std::string later = "cc" + std::string(kGiven).substr(2) + "-what-comes";
  EXPECT_TRUE(continue_trace(&later));
}

TEST(TraceContext, IgnoresWhatIsMalformed) {
  EXPECT_FALSE(continue_trace(nullptr));
  const std::string good = kGiven;
  for (const std::string& wrong : std::vector<std::string>{
           std::string(), good.substr(0, 54), good + "-x", "ff" + good.substr(2), "0G" + good.substr(2),
           "00-00000000000000000000000000000000-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
           "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
           "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
           "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz", "cc" + good.substr(2) + "x"}) {
    EXPECT_FALSE(continue_trace(&wrong)) << wrong;
  }
}

TEST(RequestId, IsTheCallersWhereItIsSafe) {
  const std::string given = "Order-42_a.b";
  const std::string longest(64, 'x');
  EXPECT_EQ(accept_or_make_request_id(&given), given);
  EXPECT_EQ(accept_or_make_request_id(&longest), longest);
}

TEST(RequestId, IsMadeWhereTheCallersIsMissingOrUnsafe) {
  const std::string made = accept_or_make_request_id(nullptr);
  EXPECT_EQ(made.size(), 20U);
  EXPECT_NE(made, accept_or_make_request_id(nullptr));
  EXPECT_EQ(accept_or_make_request_id(&made), made);

  for (const std::string& wrong :
       std::vector<std::string>{std::string(), std::string(65, 'x'), std::string("a b"), std::string("a\"b"),
                                std::string("\xc3\xa4"), std::string("a\0b", 3), std::string("a\nb")}) {
    EXPECT_NE(accept_or_make_request_id(&wrong), wrong);
  }
}

}  // namespace
}  // namespace tidegate
