// What every part of the file tree speaks of: errors, nodes and their types.
#ifndef BELLJAR_FS_NODE_H_
#define BELLJAR_FS_NODE_H_

#include <cstdint>

namespace belljar::fs {

/// 0, or a value of <cerrno>.
using Errno = int;

/// A file, directory, symbolic link or device. A number that names nothing is ESTALE.
using NodeId = uint64_t;

/// kOther is what a host may have and nobody may open: FIFOs, sockets, devices.
enum class NodeType : uint8_t { kDirectory, kFile, kSymlink, kDevice, kOther };

}  // namespace belljar::fs

#endif  // BELLJAR_FS_NODE_H_
