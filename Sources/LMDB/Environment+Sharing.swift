// Whether other processes have an environment open. The library locks the first byte of its lock
// file as long as it is open, shared; whoever could lock it alone is the only one.

import CLMDB
import Glibc

extension Environment {
    /// Whether no other process has this environment open.
    ///
    /// Asking upgrades and drops this process's own lock, so that others who open the environment
    /// later believe to be first and reset its list of readers: ask only where the environment is
    /// about to be given up.
    package func isUsedHereOnly() throws(LMDBError) -> Bool {
        let lockPath = path + "/lock.mdb"
        let descriptor = unsafe Glibc.open(lockPath, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .folder(operation: "open", path: lockPath, code: errno)
        }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0
        lock.l_len = 1
        // The descriptor stays open until the process ends: closing it would drop the lock.
        if unsafe fcntl(descriptor, F_SETLK, &lock) == 0 { return true }
        guard errno == EAGAIN || errno == EACCES else {
            throw .folder(operation: "lock", path: lockPath, code: errno)
        }
        return false
    }
}
