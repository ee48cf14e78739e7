// Functions of this program that the sandbox calls like its own: all that it can reach of the outside.
//
// Prints:
//   price: The last price of a share.
//   10 shares: 1234.5
//   refused: no such symbol: NOPE
//   together: [123.45, 67.8]
#include <belljar/runtime.h>

#include <cstdio>
#include <map>

using belljar::ToolCall;
using belljar::ToolError;
using belljar::ToolResult;

// Arguments come from hostile code. The types are checked here, the number and the names of arguments have been.
ToolResult price(const ToolCall& call) {
  static const std::map<std::string, double> prices = {{"ACME", 123.45}, {"INIT", 67.8}};
  const std::string* symbol = call.find("symbol")->as_string();
  if (!symbol) return ToolError{"TypeError", "symbol must be a str"};
  const auto found = prices.find(*symbol);
  if (found == prices.end()) return ToolError{"LookupError", "no such symbol: " + *symbol};
  return found->second;
}

int main() {
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;

  belljar::Policy policy;
  policy.tool("price", "(symbol: str) -> float", "The last price of a share.", price);
  policy.tool("fetch_price", "(symbol: str) -> float", "The same, awaited.", price);
  policy.tools.back().is_async = true;  // calls run beside each other, on threads of the Runtime

  auto session = (*runtime)->open(policy);
  if (!session) return std::puts(session.error().message.c_str()), 1;
  for (const char* cell : {"print(price.__name__, price.__doc__, sep=': ')  # help(price) shows the signature, too",
                           "print('10 shares:', 10 * price('ACME'))",
                           "try: price(symbol='NOPE')\nexcept LookupError as error: print('refused:', error)",
                           "import asyncio\n"
                           "print('together:', await asyncio.gather(fetch_price('ACME'), fetch_price('INIT')))"}) {
    auto result = (*session)->run(cell);
    if (!result) return std::puts(result.error().message.c_str()), 1;
    std::fputs((result->error ? result->error->traceback : result->stdout_data).c_str(), stdout);
  }
}
