// The few facts about the machine that verbs need.

import Glibc

package enum System {
    /// Processors this process may use; at least one.
    package static var coreCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Microseconds since 1970, from the system's clock. Only faces ask for it.
    package static var nowMicroseconds: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
