// Images with packages, in the real guest: made here without an index, loaded, shared by sessions.
#include <gtest/gtest.h>

#include <string>

#include "belljar/runtime.h"
#include "fs/pack_writer.h"
#include "snapshot/package_image.h"
#include "snapshot/session_state.h"

namespace belljar {
namespace {

constexpr const char* kSite = "/usr/local/lib/python3.14/site-packages";

std::shared_ptr<Runtime> make_runtime() {
  RuntimeOptions options;
  options.verify_resets = true;
  return *Runtime::create(options);
}

std::string output(Session& session, std::string_view source) {
  const Result<RunResult> result = session.run(source);
  if (!result) return result.error().message;
  return result->stdout_data + (result->error ? result->error->type + ": " + result->error->message : "");
}

// An image's file: a package that holds 20 MB once it is imported, so that its memory is mapped.
std::string make_image(Runtime& runtime, const std::string& name) {
  fs::PackWriter writer(1 << 20, 100);
  EXPECT_TRUE(writer.add("thing.py", "name = '" + name + "'\nheld = [bytes([n]) * 100_000 for n in range(200)]\n"));
  EXPECT_TRUE(writer.add("later.py", "value = 7\n"));
  auto packages = std::make_shared<PackageImage>();
  packages->name = name;
  packages->lock = "{}";
  packages->site = *fs::Pack::open_shared(std::make_shared<const std::string>(*writer.build()));
  const Snapshot base = *(*runtime.open())->snapshot();
  auto state = std::make_shared<SessionState>(*base.state());
  state->files = fs::Files(fs::Tree(state->files.tree().shared_library(), {}, packages->site));
  state->packages = packages;
  auto session = *runtime.resume(Snapshot(std::move(state)));
  EXPECT_EQ(output(*session, "import sys; sys.path.append('" + std::string(kSite) + "'); import thing"), "");
  return *encode_package_image(*(*session->snapshot()).state());
}

TEST(ImagesTest, SessionsBeginWithItAndShareNothing) {
  const auto runtime = make_runtime();
  const Snapshot image = *runtime->load(make_image(*runtime, "one"));
  EXPECT_EQ(image.lock(), "{}");
  EXPECT_EQ(image.image_id().size(), 64u);
  for (int round = 0; round < 5; round++) {
    auto session = *runtime->resume(image);
    EXPECT_EQ(output(*session, "import sys; print('thing' in sys.modules, thing.name, len(thing.held), hasattr(thing, 'mark'))"),
              "True one 200 False\n");
    EXPECT_EQ(output(*session, "thing.mark = thing.name = 'changed'; thing.held[:100] = [bytearray(b) for b in thing.held[:100]]"), "");
    EXPECT_EQ(output(*session, "import later; print(later.value, thing.name)"), "7 changed\n");
    auto plain = *runtime->open();
    EXPECT_EQ(output(*plain, "import os, sys; print(os.path.exists('/usr/local'), 'thing' in sys.modules)"), "False False\n");
  }
}

TEST(ImagesTest, SlotsGoFromOneImageToAnother) {
  const auto runtime = make_runtime();
  const Snapshot one = *runtime->load(make_image(*runtime, "one"));
  const Snapshot two = *runtime->load(make_image(*runtime, "two"));
  for (int round = 0; round < 30; round++) {
    const bool is_one = round % 3 == 0;
    auto session = *runtime->resume(is_one ? one : two);
    ASSERT_EQ(output(*session, "print(thing.name); thing.name = 'mine'"), is_one ? "one\n" : "two\n") << round;
    if (round % 4 == 0) {
      auto plain = *runtime->open();
      ASSERT_EQ(output(*plain, "print(__import__('sys').modules.get('thing'))"), "None\n") << round;
    }
    if (round % 5 == 0) {
      ASSERT_TRUE(session->rollback(one));
      ASSERT_EQ(output(*session, "print(thing.name)"), "one\n") << round;
    }
    if (round % 7 == 0) {
      auto copy = *session->fork();
      ASSERT_TRUE(session->park());
      ASSERT_EQ(output(*copy, "import later; print(later.value)"), "7\n") << round;
      ASSERT_EQ(output(*session, "import later; print(later.value)"), "7\n") << round;
    }
  }
  EXPECT_TRUE(runtime->open());  // verify_resets found nothing
}

TEST(ImagesTest, AHardStopReturnsToTheImage) {
  const auto runtime = make_runtime();
  const Snapshot image = *runtime->load(make_image(*runtime, "one"));
  Policy policy;
  policy.limits.cpu = std::chrono::milliseconds(100);
  policy.limits.grace = std::chrono::milliseconds(10);
  for (const CheckpointMode mode : {CheckpointMode::kEachCell, CheckpointMode::kManual}) {
    policy.checkpoint = mode;
    auto session = *runtime->resume(image, policy);
    const Result<RunResult> stopped = session->run("thing.name = 'gone'\nsum(range(10**12))");
    ASSERT_TRUE(stopped);
    EXPECT_TRUE(stopped->rolled_back);
    EXPECT_EQ(output(*session, "import later; print(thing.name, later.value)"), "one 7\n");
  }
}

TEST(ImagesTest, SnapshotsFindTheImageThatIsHeld) {
  const auto runtime = make_runtime();
  const std::string file = make_image(*runtime, "one");
  std::string saved;
  {
    const Snapshot image = *runtime->load(file);
    auto session = *runtime->resume(image);
    EXPECT_EQ(output(*session, "x = 5; opened = open('" + std::string(kSite) + "/later.py')"), "");
    saved = *session->suspend();
    EXPECT_LT(saved.size(), file.size() + 1'000'000);
  }
  const auto other = make_runtime();
  const Result<Snapshot> missing = other->load(saved);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  const Snapshot image = *other->load(file);
  const Result<Snapshot> found = other->load(saved);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->image_id(), image.image_id());
  auto session = *other->resume(*found);
  EXPECT_EQ(output(*session, "import later; print(x + later.value, opened.read(), thing.name)"), "12 value = 7\n one\n");
}

}  // namespace
}  // namespace belljar
