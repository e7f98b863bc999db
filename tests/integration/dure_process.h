// SPDX-License-Identifier: Apache-2.0
// The real program in processes of its own, each ended by its id.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

namespace dure::test {

/// How one run of the program ended.
struct Outcome {
  int code = -1;  // 128 + signal if a signal ended it
  std::string out, err;
};

/// $DURE_PROGRAM; empty if it was not built.
std::string program_path();

/// Runs another program by its absolute path, `words[0]`, and waits for it.
Outcome run_program(const std::vector<std::string>& words, const std::string& input = {},
                    const std::vector<std::string>& environment = {});

/// Runs the program with `arguments` in English, `input` as its standard input, and waits for it.
Outcome run_dure(const std::vector<std::string>& arguments, const std::string& input = {},
                 const std::vector<std::string>& environment = {});

/// "127.0.0.1:23456": a port that nobody listens on, and below those that the kernel gives to
/// whoever connects, so that it is still free when a node comes back to it.
std::string free_address();

/// A `dure serve` on a free_address(), unless `further` names one; the destructor ends it with
/// SIGTERM.
class ServeProcess {
 public:
  /// `under`: a program with its arguments that starts ours, such as strace.
  explicit ServeProcess(const std::string& data, const std::vector<std::string>& further = {},
                        std::vector<std::string> under = {});
  ~ServeProcess();
  ServeProcess(const ServeProcess&) = delete;
  ServeProcess& operator=(const ServeProcess&) = delete;

  /// "http://127.0.0.1:40123"; empty if the program ended before it listened.
  const std::string& url() const { return url_; }
  std::string listen() const { return url_.substr(url_.rfind('/') + 1); }
  pid_t pid() const { return pid_; }
  /// Sends `signal` to the node, waits, and returns the exit code (128 + signal if it was killed).
  int stop(int signal);

 private:
  pid_t node_pid() const;

  std::string data_;
  bool under_another_;
  pid_t pid_ = -1;
  int out_ = -1;
  std::string url_;
};

/// A folder under testing::TempDir() that is removed at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file and returns its path.
  std::string file(const std::string& name, const std::string& contents) const;

 private:
  std::string path_;
};

std::string read_file(const std::string& path);

/// Asks until `good`, for at most a minute.
template <class Good>
bool becomes(const Good& good) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!good()) {
    if (std::chrono::steady_clock::now() > until) return false;
  }
  return true;
}

}  // namespace dure::test
