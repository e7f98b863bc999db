// SPDX-License-Identifier: Apache-2.0
// Files that go out with an entry: found, sent to the node chunk by chunk, and named in the entry.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/node_access.h"
#include "cli/session.h"
#include "publishing/entry_document.h"

namespace dure::node {

/// A file of this machine, and what the entry calls it; empty where the file's own name does.
struct NamedFile {
  std::string path, name, media_type;
};
struct NamedFiles;

/// Puts what the node knows of a file in the place of its path in an entry. Threads: one.
class Attaching {
 public:
  /// `extra` are further files, of the only entry.
  Attaching(NodeAccess& node, Session& session, std::vector<std::string> extra)
      : node_(node), session_(session), extra_(std::move(extra)) {}

  enum class How {
    kCheck,  // sends nothing: only looks whether the files are there, and leaves them out
    kSend,
  };
  /// Whether the entry names files, or some were given with --attach.
  bool concerns(const EntryDocument& document) const;
  /// The entry as it is checked or published. Paths in it are relative to `folder` and stay below
  /// it. Errors: kInvalid (a bad path), kStorage, kTooLarge, and the node's.
  Result<EntryDocument> resolve(const EntryDocument& document, const std::string& folder, How how);

 private:
  struct Sent {
    std::string commit;
    std::uint64_t size = 0;
  };
  Result<NamedFiles> name_files(const nlohmann::json& given, const std::string& folder) const;
  Result<nlohmann::json> describe(const NamedFile& file, How how);
  Result<Sent> send(const std::string& path);
  Status send_chunks(const std::string& path, const std::string& upload, std::uint64_t size);
  void tell_progress(const std::string& path, std::uint64_t done, std::uint64_t size);

  NodeAccess& node_;
  Session& session_;
  const std::vector<std::string> extra_;
};

/// By the name's ending; application/octet-stream if that says nothing.
std::string_view media_type_of(std::string_view file_name);

}  // namespace dure::node
