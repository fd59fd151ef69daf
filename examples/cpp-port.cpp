// A queue of jobs: main puts numbers in, threads take them out and count the primes. Its objects are
// globals, as in many programs that are to be ported. The port lies beside it: cpp-port.ts.
//
//   g++ -std=c++20 -pthread examples/cpp-port.cpp -o cpp-port && ./cpp-port
#include <condition_variable>
#include <cstdio>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

constexpr int JOBS = 10000;
constexpr int THREADS = 3;

std::latch ready(THREADS + 1);
std::mutex mutex;
std::condition_variable changed;
int queue[JOBS];
int head = 0;
int tail = 0;
bool closed = false;
int done = 0;
int primes = 0;

bool is_prime(int n) {
    for (int divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor == 0) return false;
    return n > 1;
}

void put(int job) {
    std::lock_guard<std::mutex> guard(mutex);
    queue[tail++] = job;
    changed.notify_one();
}

void close() {
    std::lock_guard<std::mutex> guard(mutex);
    closed = true;
    changed.notify_all();
}

void work() {
    ready.arrive_and_wait();
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
        changed.wait(lock, [] { return head < tail || closed; });
        if (head == tail) break;
        int job = queue[head++];
        lock.unlock();
        bool found = is_prime(job);
        lock.lock();
        if (found) primes++;
        done++;
    }
}

int main() {
    std::vector<std::thread> threads;
    for (int i = 0; i < THREADS; i++) threads.emplace_back(work);
    ready.arrive_and_wait();
    for (int job = 1; job <= JOBS; job++) put(job);
    close();
    for (std::thread& thread : threads) thread.join();
    std::printf("%d threads have tested %d of %d numbers.\n", THREADS, done, JOBS);
    std::printf("%d of them were primes.\n", primes);
    return done == JOBS && primes == 1229 ? 0 : 1;
}
