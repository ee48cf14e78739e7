// Building blocks of persistent data: values that share their parts until one of them is changed.
// Copies may be used by different threads; one copy is used by one thread at a time.
#ifndef BELLJAR_FS_COW_H_
#define BELLJAR_FS_COW_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace belljar::fs {

/// Base of what a Ref counts. A copy of a part starts with no references.
class Shared {
 public:
  Shared() = default;
  Shared(const Shared&) {}
  Shared& operator=(const Shared&) = delete;

 private:
  template <typename T>
  friend class Ref;
  mutable std::atomic<uint32_t> references_{0};
};

/// Owns a share of a T, which derives from Shared. Unlike shared_ptr it can tell for sure that it
/// is the only owner (use_count() is not ordered against the last reads of an owner that has just
/// left).
template <typename T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* part) : part_(part) { take(); }
  Ref(const Ref& other) : part_(other.part_) { take(); }
  Ref(Ref&& other) noexcept : part_(std::exchange(other.part_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(part_, other.part_);
    return *this;
  }
  ~Ref() {
    if (part_ && part_->references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete part_;
  }

  explicit operator bool() const { return part_ != nullptr; }
  const T& operator*() const { return *part_; }
  const T* operator->() const { return part_; }

  /// Nobody else has a share.
  bool unique() const { return part_->references_.load(std::memory_order_acquire) == 1; }

  /// The part, for changing: copied first when it is shared.
  T& edit() {
    if (!unique()) *this = Ref(new T(*part_));
    return *part_;
  }

  /// Precondition: unique().
  T& edit_unique() { return *part_; }

 private:
  void take() {
    if (part_) part_->references_.fetch_add(1, std::memory_order_relaxed);
  }

  T* part_ = nullptr;
};

/// A sparse array of T as a tree of 16-way nodes: a copy is O(1), a change copies the nodes on its
/// path.
template <typename T>
class CowArray {
 public:
  /// The value at `index`; null when it was never set.
  const T* find(uint64_t index) const {
    if (!covers(index)) return nullptr;
    const Node* node = root_ ? &*root_ : nullptr;
    for (int level = height_; node && level > 0; level--) {
      const auto& child = static_cast<const Branch*>(node)->children[digit(index, level)];
      node = child ? &*child : nullptr;
    }
    return node ? &static_cast<const Leaf*>(node)->values[digit(index, 0)] : nullptr;
  }

  /// The value at `index` for changing; default-constructed when it was never set.
  T& edit(uint64_t index) {
    while (!covers(index)) raise();
    Ref<Node>* slot = &root_;
    for (int level = height_; level > 0; level--) {
      slot = &static_cast<Branch&>(own<Branch>(slot)).children[digit(index, level)];
    }
    return static_cast<Leaf&>(own<Leaf>(slot)).values[digit(index, 0)];
  }

  /// Nodes that edit(index) would add.
  uint64_t missing_nodes(uint64_t index) const {
    uint64_t missing = 0;
    int height = height_;
    while (!covers(index, height)) height++;
    if (root_) missing = static_cast<uint64_t>(height - height_);
    const bool inside = covers(index);
    const Node* node = inside && root_ ? &*root_ : nullptr;
    // Outside of what the root covers, the whole path below the raised root is new.
    if (!inside || !root_) return missing + static_cast<uint64_t>(height) + (root_ ? 0 : 1);
    for (int level = height_; level > 0; level--) {
      const auto& child = static_cast<const Branch*>(node)->children[digit(index, level)];
      if (!child) return missing + static_cast<uint64_t>(level);
      node = &*child;
    }
    return missing;
  }

  /// Forgets all values from `count` on. Calls `dropped(const T&)` for each one that was set or
  /// shares a node with one.
  template <typename F>
  void truncate(uint64_t count, F&& dropped) {
    if (!root_) return;
    if (count == 0) {
      drop(*root_, height_, dropped);
      root_ = {};
    } else if (covers(count)) {
      cut(&root_, height_, count, dropped);
    }
    lower();
  }

  /// Calls `visit(index, const T&)` for each value that is there (true), in order.
  template <typename F>
  void each(F&& visit) const {
    if (root_) each_below(*root_, height_, 0, visit);
  }

  /// Depends on nothing but which values are there (true ones; see truncate()), not on how that
  /// came about: an array made anew from the same values has as many.
  uint64_t nodes() const { return nodes_; }

  /// Upper bound of the memory of one node.
  static constexpr uint64_t kNodeBytes = 16 * sizeof(void*) + 32;

 private:
  static constexpr int kBits = 4;
  static constexpr size_t kFanout = size_t{1} << kBits;

  struct Node : Shared {
    Node() = default;
    Node(const Node&) = default;
    virtual ~Node() = default;
    virtual Node* copy() const = 0;
  };
  struct Branch final : Node {
    std::array<Ref<Node>, kFanout> children;
    Node* copy() const override { return new Branch(*this); }
  };
  struct Leaf final : Node {
    std::array<T, kFanout> values;
    Node* copy() const override { return new Leaf(*this); }
  };
  static_assert(sizeof(Branch) <= kNodeBytes && sizeof(Leaf) <= kNodeBytes);

  static size_t digit(uint64_t index, int level) {
    return (index >> (level * kBits)) & (kFanout - 1);
  }
  static bool covers(uint64_t index, int height) {
    return (height + 1) * kBits >= 64 || index >> ((height + 1) * kBits) == 0;
  }
  bool covers(uint64_t index) const { return covers(index, height_); }

  void raise() {
    if (root_) {
      auto* branch = new Branch;
      branch->children[0] = std::move(root_);
      root_ = Ref<Node>(branch);
      nodes_++;
    }
    height_++;
  }

  // Takes away the levels above what is left.
  void lower() {
    while (root_ && height_ > 0) {
      const auto& children = static_cast<const Branch&>(*root_).children;
      if (!children[0] || std::any_of(children.begin() + 1, children.end(), is_there)) return;
      root_ = Ref<Node>(children[0]);
      height_--;
      nodes_--;
    }
    if (!root_) height_ = 0;
  }

  static constexpr auto is_there = [](const auto& value) { return static_cast<bool>(value); };

  // Precondition: `parts` are all that `slot` has.
  template <typename Parts>
  void drop_if_empty(Ref<Node>* slot, const Parts& parts) {
    if (std::any_of(parts.begin(), parts.end(), is_there)) return;
    *slot = {};
    nodes_--;
  }

  template <typename Kind>
  Node& own(Ref<Node>* slot) {
    if (!*slot) {
      *slot = Ref<Node>(new Kind);
      nodes_++;
    } else if (!slot->unique()) {
      *slot = Ref<Node>((*slot)->copy());
    }
    return slot->edit_unique();
  }

  // The recursions below go as deep as the tree is high: at most 16 levels, whatever the guest
  // does.

  template <typename F>
  static void each_below(const Node& node, int level, uint64_t first, F& visit) {
    for (size_t i = 0; i < kFanout; i++) {
      const uint64_t index = first + (uint64_t{i} << (level * kBits));
      if (level > 0) {
        const auto& child = static_cast<const Branch&>(node).children[i];
        if (child) each_below(*child, level - 1, index, visit);
      } else if (const T& value = static_cast<const Leaf&>(node).values[i]; is_there(value)) {
        visit(index, value);
      }
    }
  }

  template <typename F>
  void drop(const Node& node, int level, F& dropped) {
    nodes_--;
    if (level == 0) {
      for (const T& value : static_cast<const Leaf&>(node).values) dropped(value);
      return;
    }
    for (const auto& child : static_cast<const Branch&>(node).children) {
      if (child) drop(*child, level - 1, dropped);
    }
  }

  // Forgets what lies at and after `index`, which is inside the subtree and not its first value.
  template <typename F>
  void cut(Ref<Node>* slot, int level, uint64_t index, F& dropped) {
    if (!*slot) return;
    const size_t first = digit(index, level);
    if (level == 0) {
      auto& leaf = static_cast<Leaf&>(own<Leaf>(slot));
      for (size_t i = first; i < kFanout; i++) {
        dropped(std::as_const(leaf.values[i]));
        leaf.values[i] = T();
      }
      drop_if_empty(slot, leaf.values);
      return;
    }
    auto& branch = static_cast<Branch&>(own<Branch>(slot));
    size_t whole = first;  // children from here on go as a whole
    const uint64_t rest = index & ((uint64_t{1} << (level * kBits)) - 1);
    if (rest != 0) {
      cut(&branch.children[first], level - 1, rest, dropped);
      whole++;
    }
    for (size_t i = whole; i < kFanout; i++) {
      if (!branch.children[i]) continue;
      drop(*branch.children[i], level - 1, dropped);
      branch.children[i] = {};
    }
    drop_if_empty(slot, branch.children);
  }

  Ref<Node> root_;
  int height_ = 0;  // levels of branches above the leaves; the root covers 16^(height + 1) values
  uint64_t nodes_ = 0;
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_COW_H_
