#include "tools/signature.h"

#include <gtest/gtest.h>

#include <string>

namespace belljar {
namespace {

TEST(Signature, Names) {
  for (const char* name : {"a", "_", "get_price", "X9", "match", "type", "print"}) EXPECT_TRUE(is_tool_name(name)) << name;
  for (const char* name : {"", "9x", "a b", "a.b", "a-b", "a\n", "if", "None", "async", "__debug__", "\u00e9t\u00e9", "a\x80"}) {
    EXPECT_FALSE(is_tool_name(name)) << name;
  }
  EXPECT_FALSE(is_tool_name(std::string_view("a\0", 2)));
}

TEST(Signature, WhatMayBe) {
  for (const char* signature : {
           "", "()", "(x)", "(x: int, y: str = 'a)b', *, z=(1, [2, {3: 4}])) -> dict[str, int]", "(x='\\'') -> \"a:b\"",
           "(x: Literal['a', \"b\"] = \"'\")", "(a, /, b, *c, d, **e)", "() -> lambda_", "(x='''y''')", "()  ->  int ",
           "() -> dict[slice(1, 2), (3)]", "(x=lambda: 1)"}) {
    EXPECT_EQ(check_signature(signature), "") << signature;
  }
}

TEST(Signature, WhatMayNotBe) {
  for (const char* signature : {
           "x", " ()", "(", ")", "(]", "([)]", "(')", "(x='a\\')", "() x", "() -> int: pass #", "(): return 1", "() -> a; b",
           "() -> 'x", "() -> (", "() -> )", "(x) # comment", "(x # comment\n)", "()\n", "()\r", "(x='''y)", "() -> x:y", "(#)"}) {
    EXPECT_NE(check_signature(signature), "") << signature;
  }
  EXPECT_NE(check_signature(std::string_view("(x)\0", 4)), "");
}

}  // namespace
}  // namespace belljar
