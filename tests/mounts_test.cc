// Folders of the host in a real guest: what programs do with files, forks, rollbacks and snapshots over mounts, and files
// in and out without one. FS-nn: /tests/attacks/README.md.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "support.h"

namespace belljar {
namespace {

namespace stdfs = std::filesystem;
using testing::error;
using testing::open;
using testing::run;
using testing::value;

class MountsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(root_.data()), nullptr);
    stdfs::create_directories(root_ + "/data/sub/deep");
    put("data/a.txt", "alpha\n");
    put("data/sub/b.txt", "beta\n");
    put("data/sub/deep/c.csv", "x,y\n1,2\n");
    put("secret", "outside");
    stdfs::create_symlink("sub/b.txt", root_ + "/data/link");
    stdfs::create_symlink(root_ + "/secret", root_ + "/data/out");
  }
  void TearDown() override { stdfs::remove_all(root_); }

  void put(const std::string& name, const std::string& text) const { std::ofstream(root_ + '/' + name) << text; }
  std::string get(const std::string& name) const {
    std::ifstream in(root_ + '/' + name, std::ios::binary);
    return in ? std::string(std::istreambuf_iterator<char>(in), {}) : "(none)";
  }
  std::map<std::string, std::string> all(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : stdfs::recursive_directory_iterator(root_ + '/' + folder)) {
      const std::string name = stdfs::relative(entry.path(), root_ + '/' + folder);
      files[name] = entry.is_symlink() ? "-> " + stdfs::read_symlink(entry.path()).string()
                    : entry.is_directory() ? "/" : get(folder + '/' + name);
    }
    return files;
  }

  Policy policy(MountMode mode, const std::string& guest = "/data") const {
    Policy policy;
    policy.mounts.push_back({root_ + "/data", guest, mode});
    return policy;
  }
  static std::string eval(Session& session, std::string_view source) {
    const RunResult result = run(session, source);
    return result.error ? error(result) : value(result);
  }

  std::string root_ = ::testing::TempDir() + "belljar-mounts-XXXXXX";
};

constexpr const char* kProgram = R"(
import glob, os, pathlib, shutil, sqlite3, tempfile, zipfile
base = pathlib.Path('/data')
work = base / 'work'
work.mkdir()
(work / 'x').mkdir()
(work / 'x' / 'one.txt').write_text('one')
with tempfile.TemporaryDirectory(dir=base) as folder:
    with tempfile.NamedTemporaryFile('w', dir=folder, delete=False) as file: file.write('temporary')
    assert pathlib.Path(file.name).read_text() == 'temporary'
with tempfile.TemporaryFile(dir=base) as file:
    file.write(b'abc'); file.seek(1); assert file.read() == b'bc'
shutil.copytree(base / 'sub', work / 'copy')
shutil.copy2(base / 'a.txt', work / 'a.txt')
assert (work / 'a.txt').stat().st_mtime_ns // 1000 == (base / 'a.txt').stat().st_mtime_ns // 1000
shutil.move(work / 'copy', work / 'moved')
with zipfile.ZipFile(base / 'z.zip', 'w') as archive:
    for path in sorted((work / 'moved').rglob('*')): archive.write(path, path.relative_to(work))
with zipfile.ZipFile(base / 'z.zip') as archive: archive.extractall(work / 'unzipped')
assert (work / 'unzipped' / 'moved' / 'deep' / 'c.csv').read_text() == 'x,y\n1,2\n'
db = sqlite3.connect(base / 'data.db')
db.execute('create table t (n integer)')
for i in range(5):
    with db: db.executemany('insert into t values (?)', [(n,) for n in range(100)])
assert db.execute('select count(*), sum(n) from t').fetchone() == (500, 24750)
db.close()
db = sqlite3.connect(base / 'data.db'); assert db.execute('pragma integrity_check').fetchone() == ('ok',); db.close()
os.rename(work / 'a.txt', work / 'b.txt')
os.replace(work / 'b.txt', work / 'c.txt')
os.link(work / 'c.txt', work / 'd.txt')
assert os.path.samefile(work / 'c.txt', work / 'd.txt') and os.stat(work / 'c.txt').st_nlink == 2
os.symlink('c.txt', work / 'e.txt'); assert (work / 'e.txt').read_text() == 'alpha\n'
os.truncate(work / 'c.txt', 2); assert (work / 'd.txt').read_text() == 'al'
with open(work / 'log', 'a') as log: log.write('1\n')
with open(work / 'log', 'a') as log: log.write('2\n')
assert open(work / 'log').read() == '1\n2\n'
held = open(work / 'held', 'w+'); held.write('kept'); held.flush(); os.unlink(work / 'held'); held.seek(0)
assert held.read() == 'kept'; held.close()
(base / 'a.txt').write_text('changed\n')
os.unlink(base / 'sub' / 'b.txt')
shutil.rmtree(work / 'unzipped')
names = sorted(str(pathlib.Path(top, f).relative_to(base)) for top, _, files in os.walk(base) for f in files)
assert sorted(glob.glob('/data/**/*.csv', recursive=True)) == ['/data/sub/deep/c.csv', '/data/work/moved/deep/c.csv'], glob.glob('/data/**/*.csv', recursive=True)
names
)";
constexpr const char* kNames =
    "['a.txt', 'data.db', 'link', 'out', 'sub/deep/c.csv', 'work/c.txt', 'work/d.txt', 'work/e.txt', 'work/log', "
    "'work/moved/b.txt', 'work/moved/deep/c.csv', 'work/x/one.txt', 'z.zip']";

TEST_F(MountsTest, ProgramsWorkInWritableFolders) {
  auto session = open(policy(MountMode::kReadWrite));
  EXPECT_EQ(eval(*session, kProgram), kNames);
  EXPECT_EQ(get("data/a.txt"), "changed\n");
  EXPECT_EQ(get("data/sub/b.txt"), "(none)");
  EXPECT_EQ(get("data/work/c.txt"), "al");
  EXPECT_EQ(get("data/work/x/one.txt"), "one");
}

TEST_F(MountsTest, ProgramsWorkCopyOnWriteAndNothingIsWritten) {
  const auto before = all("data");
  auto session = open(policy(MountMode::kCopyOnWrite));
  EXPECT_EQ(eval(*session, kProgram), kNames);
  EXPECT_EQ(all("data"), before);
}

TEST_F(MountsTest, ReadOnlyIsReadOnly) {  // FS-06
  auto session = open(policy(MountMode::kReadOnly));
  EXPECT_EQ(eval(*session, "import os, shutil, glob, pathlib\nsorted(glob.glob('/data/**/*.txt', recursive=True))"),
            "['/data/a.txt', '/data/sub/b.txt']");
  EXPECT_EQ(eval(*session, "open('/data/link').read(), os.listdir('/data/sub/deep'), os.stat('/data/a.txt').st_size"),
            "('beta\\n', ['c.csv'], 6)");
  EXPECT_EQ(eval(*session, R"(
attempts = {
  'w': lambda: open('/data/a.txt', 'w'), 'a': lambda: open('/data/a.txt', 'a'), 'r+': lambda: open('/data/a.txt', 'r+'),
  'x': lambda: open('/data/new', 'x'), 'trunc': lambda: os.open('/data/a.txt', os.O_RDONLY | os.O_TRUNC),
  'truncate': lambda: os.truncate('/data/a.txt', 0), 'unlink': lambda: os.unlink('/data/a.txt'),
  'mkdir': lambda: os.mkdir('/data/d'), 'rmdir': lambda: os.rmdir('/data/sub'), 'rename': lambda: os.rename('/data/a.txt', '/data/b'),
  'symlink': lambda: os.symlink('x', '/data/l'), 'utime': lambda: os.utime('/data/a.txt', (1, 1)),
  'utime dir': lambda: os.utime('/data', (1, 1)), 'link': lambda: os.link('/data/a.txt', '/data/h'),
}
wrong = {}
for name, attempt in attempts.items():
    try: wrong[name] = attempt()
    except OSError as e:
        if e.errno != 30 and name != 'link': wrong[name] = e
wrong)"), "{}");
  EXPECT_EQ(get("data/a.txt"), "alpha\n");
}

TEST_F(MountsTest, LeadsNowhereElse) {  // FS-01, FS-02, FS-03, FS-17
  auto session = open(policy(MountMode::kReadWrite));
  const RunResult result = run(*session, R"(
import os, traceback
os.symlink('/etc', '/data/etc'); os.symlink('../../../../../../etc', '/data/up')
for path in ('/data/out', '/data/etc/passwd', '/data/up/passwd', '/data/../etc/passwd', '/data/sub/../../etc/passwd', '/etc/passwd', '/proc/self/environ'):
    try: print('READ', open(path).read())
    except FileNotFoundError: traceback.print_exc()
print(os.path.realpath('/data/link'), os.readlink('/data/up'), os.path.exists('/data/out')))");
  EXPECT_EQ(error(result), "");
  EXPECT_EQ(result.stdout_data, "/data/sub/b.txt ../../../../../../etc False\n");
  EXPECT_EQ(result.stderr_data.find(root_), std::string::npos);
}

TEST_F(MountsTest, TheInnermostMountCounts) {  // FS-16
  Policy policy = this->policy(MountMode::kReadOnly);
  stdfs::create_directories(root_ + "/out");
  policy.mounts.push_back({root_ + "/out", "/data/sub", MountMode::kReadWrite});
  policy.mounts.push_back({root_ + "/secret", "/data/files/one", MountMode::kReadOnly});
  policy.mounts.push_back({root_ + "/out", "/workspace/in/here", MountMode::kReadOnly});
  auto session = open(policy);
  EXPECT_EQ(eval(*session, "import os\nsorted(os.listdir('/data')), os.listdir('/data/sub'), os.listdir('/data/files'), os.listdir('/workspace')"),
            "(['a.txt', 'files', 'link', 'out', 'sub'], [], ['one'], ['in'])");
  EXPECT_EQ(eval(*session, "open('/data/sub/new', 'w').write('n'), open('/data/files/one').read(), open('/workspace/in/here/new').read()"),
            "(1, 'outside', 'n')");
  EXPECT_EQ(get("out/new"), "n");
  EXPECT_EQ(run(*session, "for f in (lambda: open('/data/sub/../x', 'w'), lambda: os.rmdir('/data/sub'), lambda: os.rename('/data/sub', '/data/t'), "
                          "lambda: os.rename('/data/a.txt', '/data/sub/a'), lambda: os.link('/data/a.txt', '/data/sub/a'), "
                          "lambda: os.rename('/data/sub/new', '/workspace/new'), lambda: os.unlink('/data/files/one'), "
                          "lambda: os.rmdir('/workspace/in'), lambda: os.mkdir('/data/files/two'), lambda: os.rmdir('/data')):\n"
                          "  try: f(); print('done')\n  except OSError as e: print(e.errno, end=' ')")
                .stdout_data,
            "30 16 16 18 18 18 16 16 30 16 ");  // EROFS, EBUSY, EXDEV
  EXPECT_EQ(eval(*session, "len({os.stat(p).st_dev for p in ('/data', '/data/sub', '/data/files/one', '/workspace', '/')})"), "5");
}

TEST_F(MountsTest, ForksAndRollbacksKeepTheirOwnCopies) {
  auto parent = open(policy(MountMode::kCopyOnWrite));
  run(*parent, "open('/data/a.txt', 'w').write('parent')\nf = open('/data/sub/b.txt'); f.read(2)");
  auto child = parent->fork();
  ASSERT_TRUE(child);
  run(**child, "import os\nopen('/data/a.txt', 'w').write('child'); os.unlink('/data/link')");
  EXPECT_EQ(eval(*parent, "open('/data/a.txt').read(), f.read()"), "('parent', 'ta\\n')");
  EXPECT_EQ(eval(**child, "open('/data/a.txt').read(), f.read(), os.path.lexists('/data/link')"), "('child', 'ta\\n', False)");
  auto before = parent->snapshot();
  ASSERT_TRUE(before);
  run(*parent, "import shutil\nshutil.rmtree('/data/sub'); open('/data/new', 'w').write('x')");
  ASSERT_TRUE(parent->rollback(*before));
  EXPECT_EQ(eval(*parent, "import os\nsorted(os.listdir('/data')), open('/data/sub/b.txt').read()"),
            "(['a.txt', 'link', 'out', 'sub'], 'beta\\n')");
  // A cell that is stopped leaves nothing behind.
  Policy quick = testing::quick_limits(200);
  quick.mounts = policy(MountMode::kCopyOnWrite).mounts;
  auto session = open(quick);
  EXPECT_TRUE(run(*session, "open('/data/a.txt', 'w').write('lost')\nwhile True:\n  try:\n    while True: pass\n  except BaseException: pass").rolled_back);
  EXPECT_EQ(eval(*session, "open('/data/a.txt').read()"), "'alpha\\n'");
  EXPECT_EQ(get("data/a.txt"), "alpha\n");
}

TEST_F(MountsTest, AnUnlinkedFileLivesInForks) {
  auto parent = open(policy(MountMode::kReadWrite));
  run(*parent, "import os\nf = open('/data/t', 'w+'); f.write('kept'); f.flush(); os.unlink('/data/t')");
  auto child = parent->fork();
  ASSERT_TRUE(child);
  EXPECT_EQ(eval(**child, "f.seek(0); f.read()"), "'kept'");
  EXPECT_EQ(eval(*parent, "f.seek(0); f.read()"), "'kept'");
}

TEST_F(MountsTest, SnapshotsCarryStateAndNoRights) {
  auto session = open(policy(MountMode::kCopyOnWrite));
  run(*session, "f = open('/data/sub/b.txt'); f.read(2)\nopen('/data/a.txt', 'w').write('changed'); import os; os.unlink('/data/link')");
  auto bytes = session->suspend();
  ASSERT_TRUE(bytes);
  auto snapshot = testing::runtime()->load(*bytes);
  ASSERT_TRUE(snapshot) << snapshot.error().message;
  const auto resume = [&](const Policy& policy) { return std::move(*testing::runtime()->resume(*snapshot, policy)); };
  EXPECT_EQ(eval(*resume(policy(MountMode::kCopyOnWrite)), "open('/data/a.txt').read(), f.read(), os.path.lexists('/data/link')"),
            "('changed', 'ta\\n', False)");
  // Other mounts, other files; without them, none.
  EXPECT_EQ(eval(*resume(policy(MountMode::kReadOnly)), "open('/data/a.txt').read(), f.read()"), "('alpha\\n', 'ta\\n')");
  auto without = resume({});
  EXPECT_EQ(eval(*without, "os.path.exists('/data/a.txt')"), "False");
  EXPECT_EQ(run(*without, "f.read()").error->type, "OSError");
}

TEST_F(MountsTest, HoldsTheQuotaOfTheFolder) {  // FS-11, FS-12
  Policy policy = this->policy(MountMode::kReadWrite);
  policy.mounts[0].max_bytes = 1 << 20;
  policy.mounts[0].max_entries = 50;
  auto session = open(policy);
  EXPECT_EQ(run(*session, "with open('/data/big', 'wb', 0) as f:\n  while True: f.write(bytes(100_000))").error->message.find("[Errno 28]"), 0u);
  EXPECT_LE(stdfs::file_size(root_ + "/data/big"), 1u << 20);
  EXPECT_EQ(run(*session, "for i in range(100): open(f'/data/{i}', 'w').close()").error->message.find("[Errno 28]"), 0u);
  auto child = session->fork();
  ASSERT_TRUE(child);
  EXPECT_EQ(run(**child, "open('/data/more', 'w')").error->message.find("[Errno 28]"), 0u);
  EXPECT_EQ(eval(**child, "import os\nfor i in range(20): os.unlink(f'/data/{i}')\nopen('/data/more', 'w').close()\n'made'"), "'made'");
}

TEST_F(MountsTest, ManyOpenFilesAreTheGuestsLimit) {  // FS-10
  auto session = open(policy(MountMode::kReadOnly));
  const auto descriptors = [] { return std::distance(stdfs::directory_iterator("/proc/self/fd"), stdfs::directory_iterator()); };
  const auto before = descriptors();
  EXPECT_EQ(eval(*session, "held = []\ntry:\n  while True: held.append(open('/data/a.txt'))\nexcept OSError as e: n = e.errno\nn, 200 < len(held) < 256"),
            "(24, True)");
  EXPECT_LT(descriptors(), before + 300);
  session = nullptr;
  EXPECT_LE(descriptors(), before);
}

// ---- changes -------------------------------------------------------------------------------------------------

std::string told(const std::vector<FileChange>& changes) {
  std::string text;
  for (const FileChange& change : changes) {
    text += "+~-"[static_cast<size_t>(change.kind)];
    text += change.path + (change.type == FileChange::Type::kDirectory ? "/ " : " ");
  }
  return text;
}

TEST_F(MountsTest, TellsItsChanges) {
  auto session = open(policy(MountMode::kCopyOnWrite));
  EXPECT_EQ(told(*session->changes()), "");
  EXPECT_EQ(*session->diff(), "");
  run(*session, R"(
import os, shutil
open('/data/a.txt', 'a').write('more\n')
open('/data/sub/deep/c.csv', 'r+').close()
os.mkdir('/data/new'); open('/data/new/f.bin', 'wb').write(b'\0\1')
os.unlink('/data/sub/b.txt'); os.symlink('a.txt', '/data/alias'); os.unlink('/data/link'))");
  EXPECT_EQ(told(*session->changes()), "~/data/a.txt +/data/alias -/data/link +/data/new/ +/data/new/f.bin -/data/sub/b.txt ");
  EXPECT_EQ(*session->diff(),
            "--- a/data/a.txt\n+++ b/data/a.txt\n@@ -1 +1,2 @@\n alpha\n+more\nLink /data/alias added\nLink /data/link deleted\n"
            "Directory /data/new added\nBinary files /dev/null and b/data/new/f.bin differ\n"
            "--- a/data/sub/b.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-beta\n");
  run(*session, "shutil.rmtree('/data/sub'); os.mkdir('/data/sub'); open('/data/sub/x', 'w').close()");
  EXPECT_EQ(told(*session->changes()),
            "~/data/a.txt +/data/alias -/data/link +/data/new/ +/data/new/f.bin -/data/sub/b.txt -/data/sub/deep/ +/data/sub/x ");
}

TEST_F(MountsTest, ExportsItsChanges) {
  auto session = open(policy(MountMode::kCopyOnWrite));
  EXPECT_EQ(eval(*session, kProgram), kNames);
  stdfs::copy(root_ + "/data", root_ + "/copy", stdfs::copy_options::recursive | stdfs::copy_options::copy_symlinks);
  Status status = session->export_changes(root_ + "/copy");
  ASSERT_TRUE(status) << status.error().message;
  auto expected = open(policy(MountMode::kReadWrite));
  EXPECT_EQ(eval(*expected, kProgram), kNames);
  auto copy = all("copy"), real = all("data");
  copy.erase("data.db");  // has a time in it
  real.erase("data.db");
  copy.erase("z.zip");
  real.erase("z.zip");
  EXPECT_EQ(copy, real);
}

TEST_F(MountsTest, ExportsThroughNoLink) {
  auto session = open(policy(MountMode::kCopyOnWrite));
  run(*session, "import os, shutil\nshutil.rmtree('/data/sub'); os.mkdir('/data/sub'); open('/data/sub/b.txt', 'w').write('EVIL')");
  stdfs::create_directories(root_ + "/target");
  stdfs::create_directory_symlink(root_ + "/data/sub", root_ + "/target/sub");
  EXPECT_FALSE(session->export_changes(root_ + "/target"));
  EXPECT_EQ(get("data/sub/b.txt"), "beta\n");
  auto linker = open(policy(MountMode::kCopyOnWrite));
  run(*linker, "import os\nopen('/data/f', 'w').close(); os.symlink('/etc/passwd', '/data/zlink')");
  const Status refused = linker->export_changes(root_ + "/data");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(get("data/f"), "(none)");
  EXPECT_FALSE(open()->export_changes(root_ + "/data"));
}

// ---- without a mount -----------------------------------------------------------------------------------------

TEST_F(MountsTest, PutsFilesInAndTakesThemOut) {
  auto session = open();
  ASSERT_TRUE(session->write_file("f", "text"));
  EXPECT_EQ(eval(*session, "open('f').read()"), "'text'");
  ASSERT_TRUE(session->park());
  ASSERT_TRUE(session->write_file("/tmp/g", std::string(100'000, 'g')));
  EXPECT_EQ(eval(*session, "len(open('/tmp/g').read()), open('f').read()"), "(100000, 'text')");
  EXPECT_EQ(*session->read_file("/workspace/f"), "text");
  EXPECT_EQ(session->read_file("/tmp/g", 99'999).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(session->read_file("none").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(session->read_file("/tmp"));
  EXPECT_FALSE(session->read_file("/dev/zero"));
  EXPECT_FALSE(session->write_file("/usr/x", ""));
  EXPECT_FALSE(session->write_file(std::string_view("a\0b", 3), ""));
  EXPECT_EQ(session->write_file("f", std::string(70 << 20, 'x')).error().code, ErrorCode::kExhausted);
  EXPECT_EQ(*session->read_file("f"), "text");
  // A stopped cell goes back to before itself, not to before the file.
  run(*session, "import os\nos.unlink('f')");
  EXPECT_FALSE(session->read_file("f"));
}

TEST_F(MountsTest, UploadsAndDownloadsTrees) {
  stdfs::remove(root_ + "/data/out");
  auto session = open();
  Status status = session->upload(root_ + "/data", "in/put");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(eval(*session, "import os\nsorted(os.listdir('in/put')), open('in/put/link').read()"), "(['a.txt', 'link', 'sub'], 'beta\\n')");
  ASSERT_TRUE(session->upload(root_ + "/secret", "/tmp/one"));
  EXPECT_EQ(eval(*session, "open('/tmp/one').read()"), "'outside'");
  status = session->download("in/put", root_ + "/back");
  ASSERT_TRUE(status) << status.error().message;
  EXPECT_EQ(all("back"), all("data"));
  ASSERT_TRUE(session->download("/tmp/one", root_ + "/one"));
  EXPECT_EQ(get("one"), "outside");
}

TEST_F(MountsTest, RefusesBadTransfersAndLeavesNothing) {
  ASSERT_EQ(mkfifo((root_ + "/data/sub/fifo").c_str(), 0600), 0);
  auto session = open();
  const Status fifo = session->upload(root_ + "/data", "in");
  ASSERT_FALSE(fifo);
  EXPECT_NE(fifo.error().message.find("sub/fifo"), std::string::npos) << fifo.error().message;
  EXPECT_EQ(eval(*session, "import os\nos.listdir('/workspace')"), "[]");
  stdfs::remove(root_ + "/data/sub/fifo");
  put("data/bad\xFF", "");
  EXPECT_FALSE(session->upload(root_ + "/data", "in"));
  EXPECT_FALSE(session->upload(root_ + "/none", "in"));
  EXPECT_FALSE(session->upload(root_ + "/secret", "../x"));
  EXPECT_FALSE(session->upload(root_ + "/secret", "/"));
  EXPECT_EQ(eval(*session, "os.listdir('/workspace')"), "[]");
  // The guest chooses names and links.
  run(*session, "os.makedirs('d/e'); open('d/e/f', 'w').write('EVIL'); os.symlink('../../secret', 'd/l')");
  EXPECT_FALSE(session->download("d", root_ + "/down"));
  EXPECT_FALSE(stdfs::exists(root_ + "/down"));
  run(*session, "os.unlink('d/l'); os.rename('d/e', 'd/up')");
  stdfs::create_directories(root_ + "/down");
  stdfs::create_directory_symlink(root_, root_ + "/down/up");
  EXPECT_FALSE(session->download("d", root_ + "/down"));
  EXPECT_EQ(get("f"), "(none)");
  EXPECT_FALSE(session->download("d/up/f", root_ + "/data"));
  EXPECT_FALSE(session->download("none", root_ + "/x"));
  EXPECT_FALSE(session->download("d", root_ + "/none/x"));
}

TEST_F(MountsTest, CoversThePolicysOwnFiles) {
  Policy policy = this->policy(MountMode::kReadWrite, "/workspace");
  policy.workspace.emplace_back("a.txt", "the policy's");
  auto session = open(policy);
  EXPECT_EQ(eval(*session, "open('a.txt').read()"), "'alpha\\n'");
  EXPECT_EQ(get("data/a.txt"), "alpha\n");
}

}  // namespace
}  // namespace belljar
