// downstream backup, downstream restore, downstream compact

import ArgumentParser
import Workbench

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the log to a new folder, verified as it is written.",
        discussion: """
            The store may be in use meanwhile. The copy is a store that opens; it holds the log \
            and not the keys of personal fields, so that erasing a person reaches every backup.

            It is made in a folder beside its place, DIR.partial; a backup that was stopped is \
            taken over by the same command.

            Example:
              downstream backup backups/2026-11-22
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    @Argument(help: "A folder that does not exist yet.", completion: .directory)
    var folder: String

    func run() throws {
        let session = Session(options, root.options)
        let store = try session.open(.readOnly)
        try session.write(try session.working { try store.backup(to: folder, progress: $0) })
    }
}

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a store from a backup.",
        discussion: """
            The store's folder may hold its keys, but no log: move a damaged one away first. What \
            is restored is verified and has the backup's head hash.

            Example:
              downstream --store restored-store restore backups/2026-11-22
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    @Argument(help: "Folder of the backup.", completion: .directory)
    var folder: String

    func run() throws {
        let session = Session(options, root.options)
        try session.write(
            try session.working {
                try Store.restore(from: folder, to: session.storeDirectory, progress: $0)
            })
    }
}

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Write the log's file anew without its free pages.",
        discussion: """
            Events, positions and hashes stay as they are. Nobody else may have the store open.

            Example:
              downstream compact
            """)

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func run() throws {
        let session = Session(options, root.options)
        try session.write(
            try session.working {
                try Store.compact(
                    directory: session.storeDirectory, progress: $0,
                    onWaiting: session.sayWaiting)
            })
    }
}
