// A unified diff of two texts.
#ifndef BELLJAR_FS_TEXT_DIFF_H_
#define BELLJAR_FS_TEXT_DIFF_H_

#include <string>
#include <string_view>

namespace belljar::fs {

/// With three lines of context, as `diff -u` writes it and `patch` reads it, headers included; empty when they are equal.
/// Texts that differ in more than some thousand places are replaced as a whole between what is equal at both ends.
std::string unified_diff(std::string_view old_name, std::string_view old_text, std::string_view new_name,
                         std::string_view new_text);

}  // namespace belljar::fs

#endif  // BELLJAR_FS_TEXT_DIFF_H_
