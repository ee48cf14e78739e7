// Values between the two Pythons (belljar/value.h).
#ifndef BELLJAR_BINDINGS_CONVERT_H_
#define BELLJAR_BINDINGS_CONVERT_H_

#include <string_view>

#include "belljar/value.h"
#include "python.h"

namespace belljar::python {

/// A copy of `object`. `where` names it: "tools.price.return". What is in it and cannot cross throws ValueError or
/// TypeError (belljar/_errors.py) with its path: "tools.price.return[3].when: datetime ...".
Value to_value(nb::handle object, std::string_view where);

nb::object from_value(const Value& value);

}  // namespace belljar::python

#endif  // BELLJAR_BINDINGS_CONVERT_H_
