// SPDX-License-Identifier: Apache-2.0
// The project obeys its own rules, and each rule is known to fail when it is broken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "architecture/tree_check.h"

namespace dure::architecture {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path kProject = DURE_SOURCE_DIR;

TEST(ArchitectureTest, FoldersIncludeOnlyWhatTheyMay) {
  EXPECT_THAT(check_includes(kProject, include_rules()), IsEmpty());
}
TEST(ArchitectureTest, SourcesIncludeTheirOwnHeaderFirst) {
  EXPECT_THAT(check_own_header_first(kProject), IsEmpty());
}
TEST(ArchitectureTest, FilesHaveALicenceLineAndNoLeftOvers) {
  EXPECT_THAT(check_files(kProject), IsEmpty());
}

// A small tree in which one thing is wrong.
class PlantedTreeTest : public testing::Test {
 protected:
  PlantedTreeTest() {
    std::string name = testing::TempDir() + "dure-architecture-XXXXXX";
    root_ = mkdtemp(name.data());
  }
  ~PlantedTreeTest() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }

  static std::string licensed(const std::string& text) {
    return std::string("// SPDX-License-Identifier: ") + "Apache-2.0\n" + text;
  }

  fs::path root_;
};

TEST_F(PlantedTreeTest, FindsAForbiddenInclude) {
  write("federation-protocol/src/a.cc", licensed("#include <string>\n  # include <sqlite3.h>\n"));
  EXPECT_THAT(check_includes(root_, {{"federation-protocol", "sqlite3", "pure"}}),
              ElementsAre("federation-protocol/src/a.cc:3: includes sqlite3.h: pure"));
}

TEST_F(PlantedTreeTest, FindsAFolderOfTheNodeInAnother) {
  write("node/storage/a.h", licensed("#include \"http/server.h\"\n"));
  write("node/storage/b.h", licensed("#include \"replication/ports.h\"\n"));
  EXPECT_THAT(check_includes(root_, {{"node/storage", "http/", "apart"}}),
              ElementsAre(HasSubstr("node/storage/a.h:2")));
}

TEST_F(PlantedTreeTest, FindsARuleWithoutFiles) {
  write("node/store/a.h", licensed(""));
  EXPECT_THAT(check_includes(root_, {{"node/storage", "sqlite3", "moved"}}),
              ElementsAre(HasSubstr("no source files")));
}

TEST_F(PlantedTreeTest, FindsAHeavyHeader) {
  write("node/web/a.h", licensed("#include <nlohmann/json.hpp>\n"));
  EXPECT_THAT(check_includes(root_, {}), ElementsAre(HasSubstr("heavy library")));
}

TEST_F(PlantedTreeTest, FindsAHeaderThatMayNotStandAlone) {
  write("node/web/a.h", licensed(""));
  write("node/web/a.cc", licensed("#include <string>\n#include \"web/a.h\"\n"));
  write("node/web/b.cc", licensed("#include <string>\n"));
  EXPECT_THAT(check_own_header_first(root_), ElementsAre(HasSubstr("node/web/a.cc")));
}

TEST_F(PlantedTreeTest, FindsFilesThatAreUnlicensedLongOrUnfinished) {
  write("node/a.cc", "int a;\n");
  write("node/b.cc", licensed("// TO"
                              "DO later\n"));
  write("node/c.cc", licensed("const char* p = \"/ro"
                              "ot/x\";\n"));
  write("node/d.cc", licensed(std::string(400, '\n')));
  write("run", "#!/bin/sh\ntrue\n");
  write("notes.md", "a/work/b and /workshop are no paths of one machine\n");
  EXPECT_THAT(check_files(root_),
              ElementsAre("node/a.cc:1: has no SPDX line", "node/b.cc:2: has a left-over note",
                          "node/c.cc:2: names a path of one machine",
                          "node/d.cc: 401 lines, at most 400", "run:1: has no SPDX line"));
}

}  // namespace
}  // namespace dure::architecture
