// `std <load> <threads>`: the loads of worker/load over std::mutex and its kin. Reads how many operations, or for how
// many milliseconds, a line; and writes what the threads did, as ../../host.ts does.
#include <barrier>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <numeric>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int GLANCE = 64;       // operations between two looks at the clock
constexpr double WORK = 60'000;  // ns: no brief spin lasts as long

alignas(64) std::mutex mutex;
alignas(64) std::condition_variable condition;
alignas(64) std::counting_semaphore<> first{1};
alignas(64) std::counting_semaphore<> second{0};
alignas(64) long count = 0;
long turn = 0;
alignas(64) double passed = 0;  // when a hand-off began

double now() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// As ../histogram.mjs.
struct Histogram {
  std::vector<unsigned> counts = std::vector<unsigned>(64 * 40);
  double max = 0;

  void add(double value) {
    counts[static_cast<std::size_t>(std::log2(value + 1) * 64)]++;
    max = std::max(max, value);
  }
};

struct Thread {
  int index;
  long operations = 0;
  double began = 0, ended = 0;
  Histogram latencies;
};

using Load = std::function<void(Thread&, long amount)>;

void lockUnlock(Thread& thread, long amount) {
  for (long i = 0; i < amount; i++) {
    mutex.lock();
    count++;
    mutex.unlock();
  }
  thread.operations = amount;
}

void blocking(Thread& thread, long amount) {
  const double end = now() + amount * 1e6;
  while (thread.operations % GLANCE != 0 || now() < end) {
    mutex.lock();
    count++;
    mutex.unlock();
    thread.operations++;
  }
}

struct Turns {
  std::function<void(int index)> await, pass;
};

const Turns conditionTurns{
    [](int index) {
      std::unique_lock lock(mutex);
      while (turn != index) condition.wait(lock);
    },
    [](int index) {
      std::lock_guard lock(mutex);
      turn = 1 - index;
      condition.notify_one();
    }};

// Thread 0 has the first turn; its last pass leaves a permit, so that the next run begins so too.
const Turns semaphoreTurns{[](int index) { (index == 0 ? first : second).acquire(); },
                           [](int index) { (index == 0 ? second : first).release(); }};

Load atOnce(const Turns& turns) {
  return [&turns](Thread& thread, long amount) {
    for (long i = 0; i < amount; i++) {
      turns.await(thread.index);
      count++;
      turns.pass(thread.index);
    }
    thread.operations = amount;
  };
}

Load asleep(const Turns& turns) {
  return [&turns](Thread& thread, long amount) {
    for (long i = 0; i < amount; i++) {
      turns.await(thread.index);
      const double awake = now();
      if (i > 0 || thread.index == 1) thread.latencies.add(awake - passed);
      count++;
      while (now() - awake < WORK) {
      }
      passed = now();
      turns.pass(thread.index);
    }
    thread.operations = amount;
  };
}

const std::map<std::string, Load> loads{
    {"lockUnlock", lockUnlock},
    {"blocking", blocking},
    {"conditionAtOnce", atOnce(conditionTurns)},
    {"conditionAsleep", asleep(conditionTurns)},
    {"semaphoreAtOnce", atOnce(semaphoreTurns)},
    {"semaphoreAsleep", asleep(semaphoreTurns)},
};

void write(const std::vector<Thread>& threads) {
  double began = INFINITY, ended = 0;
  long operations = 0;
  Histogram latencies;
  for (const Thread& thread : threads) {
    began = std::min(began, thread.began);
    ended = std::max(ended, thread.ended);
    operations += thread.operations;
    latencies.max = std::max(latencies.max, thread.latencies.max);
    for (std::size_t i = 0; i < latencies.counts.size(); i++) latencies.counts[i] += thread.latencies.counts[i];
  }
  std::printf("{\"operations\":%ld,\"overlaps\":0,\"nanoseconds\":%.0f,\"latencies\":{\"max\":%.0f,\"counts\":[",
              operations, ended - began, latencies.max);
  for (std::size_t i = 0; i < latencies.counts.size(); i++) std::printf(i ? ",%u" : "%u", latencies.counts[i]);
  std::puts("]}}");
  std::fflush(stdout);
}

// In threads that are started for it, also where one has the mutex to itself: glibc locks without atomic
// operations while there is but one thread.
std::vector<Thread> run(const Load& load, int number, long amount) {
  std::vector<Thread> threads;
  for (int index = 0; index < number; index++) threads.push_back({.index = index, .latencies = {}});
  std::barrier gate(number);
  std::vector<std::jthread> running;
  for (Thread& thread : threads) {
    running.emplace_back([&] {
      gate.arrive_and_wait();
      thread.began = now();
      load(thread, amount);
      thread.ended = now();
    });
  }
  running.clear();  // joins
  return threads;
}

}  // namespace

int main(int, char** arguments) {
  const Load& load = loads.at(arguments[1]);
  std::puts("{}");
  std::fflush(stdout);
  for (long amount; std::cin >> amount;) {
    const long before = count;
    const auto threads = run(load, std::atoi(arguments[2]), amount);
    const long operations = std::accumulate(threads.begin(), threads.end(), 0L,
                                            [](long sum, const Thread& thread) { return sum + thread.operations; });
    if (count - before != operations) return 1;
    write(threads);
  }
}
