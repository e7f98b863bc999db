// SPDX-License-Identifier: Apache-2.0
#include "integration/dure_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace dure::test {
namespace {

constexpr int kServeTimeoutMs = 60'000;

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read = ends[0];
      write = ends[1];
    }
  }
};

// Runs in the child between fork and exec.
[[noreturn]] void become(std::vector<std::string> words,
                         const std::vector<std::string>& environment) {
  std::vector<std::string> variables = {"LANG=C.UTF-8", "PATH=/usr/bin:/bin"};
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    if (value != nullptr) variables.push_back(std::string(name) + "=" + value);
  }
  variables.insert(variables.end(), environment.begin(), environment.end());
  std::vector<char*> argv, envp;
  for (auto& word : words) argv.push_back(word.data());
  for (auto& variable : variables) envp.push_back(variable.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

std::vector<std::string> dure_words(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {program_path()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Reads both until they are closed.
void drain(int out, int err, Outcome& outcome) {
  std::array<pollfd, 2> waiting = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  std::array<std::string*, 2> texts = {&outcome.out, &outcome.err};
  std::array<char, 4096> block{};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (poll(waiting.data(), waiting.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      const auto count = read(waiting[i].fd, block.data(), block.size());
      if (count > 0) {
        texts[i]->append(block.data(), static_cast<std::size_t>(count));
      } else {
        waiting[i].fd = -1;
      }
    }
  }
}

int input_file(const std::string& input) {
  const int file = memfd_create("input", MFD_CLOEXEC);
  if (write(file, input.data(), input.size()) < 0) ADD_FAILURE() << "cannot prepare input";
  lseek(file, 0, SEEK_SET);
  return file;
}

}  // namespace

std::string free_address() {
  constexpr int kFirst = 10'000, kEnd = 32'768;
  std::random_device random;
  for (;;) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto port = static_cast<std::uint16_t>(kFirst + random() % (kEnd - kFirst));
    address.sin_port = htons(port);
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool free = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    if (free) return "127.0.0.1:" + std::to_string(port);
  }
}

std::string program_path() {
  const char* path = std::getenv("DURE_PROGRAM");
  return path == nullptr ? std::string() : std::string(path);
}

Outcome run_dure(const std::vector<std::string>& arguments, const std::string& input,
                 const std::vector<std::string>& environment) {
  return run_program(dure_words(arguments), input, environment);
}

Outcome run_program(const std::vector<std::string>& words, const std::string& input,
                    const std::vector<std::string>& environment) {
  const Pipe out, err;
  const int in = input_file(input);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(in, STDIN_FILENO);
    dup2(out.write, STDOUT_FILENO);
    dup2(err.write, STDERR_FILENO);
    become(words, environment);
  }
  close(in);
  close(out.write);
  close(err.write);
  Outcome outcome;
  drain(out.read, err.read, outcome);
  close(out.read);
  close(err.read);
  outcome.code = wait_for(pid);
  return outcome;
}

ServeProcess::ServeProcess(const std::string& data, const std::vector<std::string>& further,
                           std::vector<std::string> under)
    : data_(data), under_another_(!under.empty()) {
  const Pipe out;
  std::vector<std::string> arguments = {"serve", "--data", data, "--log-level", "warning"};
  if (std::find(further.begin(), further.end(), "--listen") == further.end())
    arguments.insert(arguments.end(), {"--listen", free_address()});
  arguments.insert(arguments.end(), further.begin(), further.end());
  const auto words = dure_words(arguments);
  under.insert(under.end(), words.begin(), words.end());
  pid_ = fork();
  if (pid_ == 0) {
    dup2(out.write, STDOUT_FILENO);
    become(under, {});
  }
  close(out.write);
  out_ = out.read;
  std::string line;
  char next = 0;
  pollfd waiting{out_, POLLIN, 0};
  while (poll(&waiting, 1, kServeTimeoutMs) > 0 && read(out_, &next, 1) == 1 && next != '\n')
    line += next;
  constexpr std::string_view kPrefix = "listening on ";
  if (line.starts_with(kPrefix)) url_ = line.substr(kPrefix.size());
}

ServeProcess::~ServeProcess() {
  if (pid_ > 0) stop(SIGTERM);
}

// It writes its id into the file that keeps a second one off the folder.
pid_t ServeProcess::node_pid() const {
  const auto id = read_file(data_ + "/lock");
  return id.empty() ? 0 : static_cast<pid_t>(std::strtol(id.c_str(), nullptr, 10));
}

int ServeProcess::stop(int signal) {
  const pid_t node = under_another_ && !url_.empty() ? node_pid() : pid_;
  kill(node > 0 ? node : pid_, signal);
  const int code = wait_for(pid_);
  pid_ = -1;
  close(out_);
  return code;
}

TempFolder::TempFolder() {
  std::string pattern = testing::TempDir() + "dure-XXXXXX";
  path_ = mkdtemp(pattern.data());
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::file(const std::string& name, const std::string& contents) const {
  std::ofstream(path(name), std::ios::binary) << contents;
  return path(name);
}

std::string read_file(const std::string& path) {
  std::stringstream contents;
  contents << std::ifstream(path, std::ios::binary).rdbuf();
  return contents.str();
}

}  // namespace dure::test
