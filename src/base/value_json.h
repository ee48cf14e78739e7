// Values as JSON text, for callers whose language has JSON at hand.
#ifndef BELLJAR_BASE_VALUE_JSON_H_
#define BELLJAR_BASE_VALUE_JSON_H_

#include <string>
#include <string_view>

#include "belljar/result.h"
#include "belljar/value.h"

namespace belljar {

/// Strict JSON (RFC 8259, UTF-8, no key twice, nested at most Value::kMaxDepth deep). Integers stay integers, whatever
/// their size, up to the range of a double. kInvalidArgument says where it goes wrong.
Result<Value> value_from_json(std::string_view text);

/// On one line, in ASCII or UTF-8 as it comes. kInvalidArgument for what JSON cannot say: bytes, NaN, infinities, text
/// that is not UTF-8, a key twice, integers beyond the range of a double; and for what is nested too deep.
Result<std::string> value_to_json(const Value& value);

}  // namespace belljar

#endif  // BELLJAR_BASE_VALUE_JSON_H_
