#include "result.h"

namespace belljar::python {
namespace {

nb::object usage_of(const RunResult& result) {
  const Usage& usage = result.usage;
  return nb::make_tuple(static_cast<double>(usage.wall_ns) / 1e6, static_cast<double>(usage.cpu_ns) / 1e6,
                        usage.memory_peak_bytes, usage.output_bytes, usage.tool_calls, usage.tool_bytes);
}

}  // namespace

nb::object to_dict(const MimeBundle& bundle) {
  nb::dict made;
  for (const MimeEntry& entry : bundle) made[to_str(entry.type)] = to_str(entry.data);
  return made;
}

nb::object to_tuple(const RunResult& result) {
  nb::object error = nb::none();
  if (result.error) {
    error = nb::make_tuple(to_str(result.error->type), to_str(result.error->message), to_str(result.error->traceback));
  }
  nb::list displays;
  for (const MimeBundle& bundle : result.displays) displays.append(to_dict(bundle));
  nb::object exit_code = nb::none();
  if (result.status == RunStatus::kExit) exit_code = nb::int_(result.exit_code);
  return nb::make_tuple(to_str(to_string(result.status)), result.rolled_back, to_str(result.stdout_data),
                        to_str(result.stderr_data), result.stdout_dropped, result.stderr_dropped, to_dict(result.value),
                        displays, result.value_dropped, error, exit_code, usage_of(result));
}

}  // namespace belljar::python
