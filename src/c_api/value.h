// belljar_value is a Value, under a name that C can say.
#ifndef BELLJAR_C_API_VALUE_H_
#define BELLJAR_C_API_VALUE_H_

#include <memory>

#include "belljar/c/belljar.h"
#include "belljar/value.h"

namespace belljar::c_api {

inline belljar_value* to_handle(std::unique_ptr<Value> value) { return reinterpret_cast<belljar_value*>(value.release()); }
inline const belljar_value* view(const Value* value) { return reinterpret_cast<const belljar_value*>(value); }
inline Value* unwrap(belljar_value* value) { return reinterpret_cast<Value*>(value); }
inline const Value* unwrap(const belljar_value* value) { return reinterpret_cast<const Value*>(value); }

/// What a function that takes a value over holds.
inline std::unique_ptr<Value> take(belljar_value* value) { return std::unique_ptr<Value>(unwrap(value)); }

}  // namespace belljar::c_api

#endif  // BELLJAR_C_API_VALUE_H_
