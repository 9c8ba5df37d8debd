// downstream model list, downstream model show, downstream model diff

import ArgumentParser
import Workbench

struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Kept models: list them, show one, compare two.",
        discussion: """
            Examples:
              downstream model list
              downstream model show
              downstream model diff 0123456789abcdef fedcba9876543210
            """,
        subcommands: [List.self, Show.self, Diff.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "The kept models, each with the head of the log that it was fitted to.",
            discussion: """
                Example:
                  downstream model list
                """)

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func run() throws {
            let session = Session(options, root.options)
            try session.write(try session.open(.readOnly).models())
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "What a kept model says and what it rests on.",
            discussion: """
                Example:
                  downstream model show
                """)

        @Argument(
            help: ArgumentHelp(
                "A model, as `model list` shows it (default: that of the log as it is).",
                valueName: "model"))
        var model: String?

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            let kept = try model.map { try store.model($0) } ?? store.latestModel()
            try session.write(Store.answer(kept))
        }
    }

    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Where two kept models differ, the surest differences first.",
            discussion: """
                Example:
                  downstream model diff 0123456789abcdef fedcba9876543210
                """)

        @Argument(help: "A model, as `model list` shows it.") var first: String
        @Argument(help: "The model that it is compared with.") var second: String

        @OptionGroup(title: "Common options") var options: CommonOptions
        @ParentCommand var root: Downstream

        func run() throws {
            let session = Session(options, root.options)
            let store = try session.open(.readOnly)
            let answer = Store.difference(try store.model(first), try store.model(second))
            try session.write(answer)
        }
    }
}
