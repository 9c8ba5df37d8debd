// Tables to one file that any program which reads SQLite opens. The file is written in one go and
// without a journal: it is sound when the call returns and not before, and what fails half-way is
// removed.
//
// Equal tables give equal bytes, by one version of the library, whose number stands in the file.
// For that every setting that a build of the library may have its own default for is stated here.

import Glibc

/// Writing and reading database files.
package enum SQLiteFile {
    /// What the library calls the files that it keeps beside a database.
    private static let leftoverEndings = ["-journal", "-wal", "-shm"]

    /// What a new file is like, and how it is written. Nothing is ever taken back, so there is no
    /// journal; the file is synchronised once, when it is whole. Pages are cleared, so that nothing
    /// of a value lies in the space that is free.
    private static let settings = """
        PRAGMA page_size = 4096;
        PRAGMA encoding = 'UTF-8';
        PRAGMA auto_vacuum = NONE;
        PRAGMA secure_delete = ON;
        PRAGMA journal_mode = OFF;
        PRAGMA synchronous = OFF;
        """

    /// Writes the tables, in their order, to a new file that only its owner may use. Its bytes are
    /// on the disk when the call returns; for its name, the folder has yet to be synchronised.
    ///
    /// The tables are not declared `STRICT`, which programs with a SQLite older than 3.37 (of 2021)
    /// cannot open; the kinds are checked here all the same. While the call runs the file is no
    /// database: give it a temporary name, and rename it then. Before that, see to it that nothing
    /// is ``leftovers(beside:)`` the name it gets. A path of more than 500 bytes, from the root on,
    /// is too long for the library.
    ///
    /// - Complexity: linear in the values. The file takes shape in a few megabytes of memory.
    /// - Throws: ``SQLiteError``; then there is no file, unless it was there before, and one that
    ///   was there before is as it was.
    package static func write(
        _ tables: [SQLiteTable], to path: String
    ) throws(SQLiteError) {
        try SQLiteTable.check(tables)
        if let leftover = leftovers(beside: path).first { throw .leftover(path: leftover) }
        let descriptor = try makeNew(path)
        // Kept for the end, when what the library has written is synchronised through it.
        defer { close(descriptor) }
        do throws(SQLiteError) {
            try fill(path, tables)
            guard fsync(descriptor) == 0 else {
                throw .system(operation: "synchronise", path: path, code: errno)
            }
        } catch {
            unsafe unlink(path)
            throw error
        }
    }

    /// All rows that one statement of SQL gives on a file, which is not changed.
    /// - Throws: ``SQLiteError``, also where a value of the result is bytes.
    package static func rows(
        of path: String, sql: String
    ) throws(SQLiteError) -> [[SQLiteValue]] {
        let connection = try Connection(path: path, .readOnly)
        let rows = try rows(connection, sql)
        try connection.close()
        return rows
    }

    /// Apart, so that the statement is gone when the connection is closed.
    private static func rows(
        _ connection: borrowing Connection, _ sql: String
    ) throws(SQLiteError) -> [[SQLiteValue]] {
        let statement = try connection.prepare(sql, "query")
        var rows: [[SQLiteValue]] = []
        while let row = try statement.next("query") { rows.append(row) }
        return rows
    }

    /// The files beside `path` that the library would take for parts of a database of that name,
    /// by their paths. They are there while a program uses a database, and after one was stopped.
    ///
    /// They outlive a renaming of the database: whoever next opens what has the name now finds it
    /// overwritten with pages of the one before.
    package static func leftovers(beside path: String) -> [String] {
        leftoverEndings.map { path + $0 }.filter { unsafe access($0, F_OK) == 0 }
    }

    /// An empty file: to the library a database that nothing was written to yet. It is made here
    /// because the library makes none that it would not open too.
    private static func makeNew(_ path: String) throws(SQLiteError) -> Int32 {
        // The system would take what is in front of it for the path.
        guard !path.utf8.contains(0) else {
            throw .system(operation: "make", path: path, code: EINVAL)
        }
        let flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(path, flags, mode_t(0o600))
        guard descriptor >= 0 else {
            guard errno == EEXIST else {
                throw .system(operation: "make", path: path, code: errno)
            }
            throw .exists(path: path)
        }
        return descriptor
    }

    private static func fill(_ path: String, _ tables: [SQLiteTable]) throws(SQLiteError) {
        let connection = try Connection(path: path, .alone)
        try connection.run(settings, "begin")
        // A file without tables has its first page too.
        try connection.run("BEGIN; PRAGMA user_version = 0", "begin")
        for table in tables { try write(table, connection) }
        try connection.run("COMMIT", "write")
        try connection.close()
    }

    private static func write(
        _ table: SQLiteTable, _ connection: borrowing Connection
    ) throws(SQLiteError) {
        let operation = "write table \"\(table.name)\" to"
        let columns = table.columns.map { quoted($0.name) + " " + $0.kind.rawValue.uppercased() }
        try connection.run(
            "CREATE TABLE \(quoted(table.name)) (\(columns.joined(separator: ", ")))",
            operation)
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        let statement = try connection.prepare(
            "INSERT INTO \(quoted(table.name)) VALUES (\(marks))", operation)
        for row in table.rows { try statement.run(row, operation) }
    }

    /// A name as SQL has it, whatever is in it but NUL.
    private static func quoted(_ name: String) -> String {
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
