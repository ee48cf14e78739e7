// Numbers and layouts of WASI preview1 (wasi_snapshot_preview1), as its witx files define them.
#ifndef BELLJAR_SESSION_WASI_TYPES_H_
#define BELLJAR_SESSION_WASI_TYPES_H_

#include <cstddef>
#include <cstdint>

namespace belljar::wasi {

enum Error : int32_t {
  kSuccess = 0,
  k2Big = 1,
  kAcces = 2,
  kAgain = 6,
  kBadf = 8,
  kBusy = 10,
  kCanceled = 11,
  kExist = 20,
  kFault = 21,
  kFbig = 22,
  kIlseq = 25,
  kIntr = 27,
  kInval = 28,
  kIo = 29,
  kIsdir = 31,
  kLoop = 32,
  kMfile = 33,
  kMlink = 34,
  kNametoolong = 37,
  kNfile = 41,
  kNoent = 44,
  kNomem = 48,
  kNospc = 51,
  kNosys = 52,
  kNotdir = 54,
  kNotempty = 55,
  kNotsock = 57,
  kNotsup = 58,
  kNotty = 59,
  kNxio = 60,
  kOverflow = 61,
  kPerm = 63,
  kPipe = 64,
  kRange = 68,
  kRofs = 69,
  kSpipe = 70,
  kStale = 72,
  kTxtbsy = 74,
  kXdev = 75,
  kNotcapable = 76,
};

enum class FileType : uint8_t {
  kUnknown = 0,
  kBlockDevice = 1,
  kCharacterDevice = 2,
  kDirectory = 3,
  kRegularFile = 4,
  kSocketDgram = 5,
  kSocketStream = 6,
  kSymbolicLink = 7,
};

enum Clock : uint32_t { kRealtime = 0, kMonotonic = 1, kProcessCpu = 2, kThreadCpu = 3 };

enum OpenFlag : uint32_t { kCreat = 1, kDirectoryOnly = 2, kExcl = 4, kTrunc = 8 };
enum DescriptorFlag : uint32_t { kAppend = 1, kDsync = 2, kNonblock = 4, kRsync = 8, kSync = 16 };
enum TimeFlag : uint32_t { kAtim = 1, kAtimNow = 2, kMtim = 4, kMtimNow = 8 };
enum LookupFlag : uint32_t { kSymlinkFollow = 1 };
enum EventType : uint8_t { kClockEvent = 0, kReadEvent = 1, kWriteEvent = 2 };
enum ClockFlag : uint16_t { kAbsoluteTime = 1 };

enum Right : uint64_t {
  kFdDatasync = 1u << 0,
  kFdRead = 1u << 1,
  kFdSeek = 1u << 2,
  kFdFdstatSetFlags = 1u << 3,
  kFdSync = 1u << 4,
  kFdTell = 1u << 5,
  kFdWrite = 1u << 6,
  kFdAdvise = 1u << 7,
  kFdAllocate = 1u << 8,
  kPathAll = 0x3Fu << 9 | 0x3Fu << 15 | 1u << 24 | 1u << 25 |
             1u << 26,  // every path_* right, and FD_READDIR
  kFdReaddir = 1u << 14,
  kFdFilestatGet = 1u << 21,
  kFdFilestatSetSize = 1u << 22,
  kFdFilestatSetTimes = 1u << 23,
  kPollFdReadwrite = 1u << 27,
  kAllRights = (1u << 30) - 1,
};

// Layouts. Padding is spelled out, so that a value-initialised struct has no byte of the host's in
// it.

struct Iovec {
  uint32_t address;
  uint32_t length;
};
static_assert(sizeof(Iovec) == 8);

struct Fdstat {
  FileType type;
  uint8_t zero1;
  uint16_t flags;
  uint32_t zero2;
  uint64_t rights_base;
  uint64_t rights_inheriting;
};
static_assert(sizeof(Fdstat) == 24 && offsetof(Fdstat, rights_base) == 8);

struct Filestat {
  uint64_t device;
  uint64_t inode;
  FileType type;
  uint8_t zero[7];
  uint64_t links;
  uint64_t size;
  uint64_t accessed, modified, changed;
};
static_assert(sizeof(Filestat) == 64 && offsetof(Filestat, links) == 24);

struct Dirent {
  uint64_t next;
  uint64_t inode;
  uint32_t name_length;
  FileType type;
  uint8_t zero[3];
};
static_assert(sizeof(Dirent) == 24);

struct Prestat {
  uint8_t tag;  // 0 = directory
  uint8_t zero[3];
  uint32_t name_length;
};
static_assert(sizeof(Prestat) == 8);

struct Subscription {
  uint64_t userdata;
  uint8_t tag;  // EventType
  uint8_t pad1[7];
  uint32_t clock_or_fd;
  uint32_t pad2;
  uint64_t timeout;
  uint64_t precision;
  uint16_t clock_flags;
  uint8_t pad3[6];
};
static_assert(sizeof(Subscription) == 48 && offsetof(Subscription, timeout) == 24);

struct Event {
  uint64_t userdata;
  uint16_t error;
  EventType type;
  uint8_t zero1[5];
  uint64_t bytes;
  uint16_t flags;
  uint8_t zero2[6];
};
static_assert(sizeof(Event) == 32 && offsetof(Event, bytes) == 16);

}  // namespace belljar::wasi

#endif  // BELLJAR_SESSION_WASI_TYPES_H_
