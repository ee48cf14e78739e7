// A program that needs a key and never sees it. The handler stands for the network; without one the request would go to
// the address that the rule names.
//
// Prints:
//   the program asks for: https://api.example.com/v1/weather?city=Berlin
//   the service is given: Bearer 7f9a1c52e0b4
//   the program knows:    secret://WEATHER_KEY
//   12.5 degrees, and my key is secret://WEATHER_KEY
//   refused: PermissionError
#include <belljar/runtime.h>

#include <cstdio>

constexpr const char* kProgram = R"(
import json, urllib.request
key = 'secret://WEATHER_KEY'
print('the program knows:   ', key)
request = urllib.request.Request('https://api.example.com/v1/weather?city=Berlin', headers={'Authorization': 'Bearer ' + key})
answer = json.load(urllib.request.urlopen(request))
print(answer['degrees'], 'degrees, and my key is', answer['echo'])
try:
    urllib.request.urlopen('https://elsewhere.example.com/')
except OSError as error:
    print('refused:', type(getattr(error, 'reason', error)).__name__)
)";

belljar::HttpResponse answer(const belljar::HttpRequest& request) {
  std::string key;
  for (const auto& [name, value] : request.headers) {
    if (name == "Authorization") key = value;
  }
  std::printf("the program asks for: %s\nthe service is given: %s\n", request.url.c_str(), key.c_str());
  belljar::HttpResponse response;
  response.body = R"({"degrees": 12.5, "echo": ")" + key.substr(key.find(' ') + 1) + "\"}";
  return response;
}

int main() {
  auto runtime = belljar::Runtime::create();
  if (!runtime) return std::puts(runtime.error().message.c_str()), 1;

  belljar::Policy policy;
  policy.network.allow = {"GET https://api.example.com/v1/"};
  policy.network.secrets = {{.name = "WEATHER_KEY", .value = "7f9a1c52e0b4", .hosts = {"api.example.com"}, .headers = {"Authorization"}}};
  policy.http(answer);

  auto session = (*runtime)->open(policy);
  if (!session) return std::puts(session.error().message.c_str()), 1;
  auto result = (*session)->run(kProgram);
  if (!result) return std::puts(result.error().message.c_str()), 1;
  std::fputs((result->error ? result->error->traceback : result->stdout_data).c_str(), stdout);
}
