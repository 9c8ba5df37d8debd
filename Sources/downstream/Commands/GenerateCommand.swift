// downstream generate

import ArgumentParser
import Workbench

struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write a synthetic operation with a file of its truth.",
        discussion: """
            With --profile retail-bank, telecom, travel, retail or electronics: a whole operation \
            as the files its systems would export - telephone, ivr, chatbot, chat, email, web, \
            back-office, complaints, surveys, churn, roster, deployments - with parameters.yaml, \
            and in truth/ what caused what, who was really helped, and every chance term. \
            --automation writes the same operation on the same chance with that automation \
            switched on: what really would have happened. With --waits frozen each contact waits \
            as long as it did without it.

            With --profile call-centre (the default): monthly files in the 17 columns of the \
            Anonymous Bank, and truth.jsonl.

            The same seed gives the same bytes. The mappings that read the files are in \
            scenarios/mappings/.

            Examples:
              downstream generate data
              downstream generate data --seed 7 --customers 20000
              downstream generate bank --profile retail-bank --customers 20000
              downstream generate with --profile retail-bank --customers 20000 \\
                --automation conversational-ivr --start 2025-02-01 --adoption 0.5 --waits frozen
            """)

    static let callCentre = "call-centre"

    @Argument(
        help: "Folder to write into; made where it is missing.", completion: .directory)
    var folder: String

    @Option(name: .long, help: "The seed of everything.")
    var seed: UInt64 = 1

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The business: " + ([callCentre] + OperationRequest.profiles).joined(separator: ", ")
                + ".", valueName: "name"))
    var profile = callCentre

    @Option(
        name: .long,
        help: "Customers of the operation (default: 20,000; call-centre: 1,800, 40,000 calls).")
    var customers: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "First day (default: 2025-01-01; call-centre: 1999-01-01).", valueName: "day"))
    var from: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Day after the last (default: 2025-04-01; call-centre: 1999-08-01).",
            valueName: "day"))
    var to: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Switch an automation on: " + OperationRequest.automations.joined(separator: ", ")
                + ".", valueName: "kind"))
    var automation: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "First day of the automation (default: after a third of the period).",
            valueName: "day"))
    var start: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Share that takes it up, of contacts or of agents.", valueName: "share"))
    var adoption = 0.5

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Share of its uses that meet the need (default: by intent).", valueName: "share"))
    var success: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "An intent in its scope; may be repeated (default: the simple ones).",
            valueName: "name"))
    var intent: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "live: waits follow the load; frozen: as without the automation.", valueName: "kind"))
    var waits = "live"

    @OptionGroup(title: "Common options") var options: CommonOptions
    @ParentCommand var root: Downstream

    func validate() throws {
        guard automation == nil else { return }
        if profile == GenerateCommand.callCentre, waits != "live" {
            throw ValidationError("--waits needs another --profile than call-centre")
        }
        if start != nil || success != nil || !intent.isEmpty {
            throw ValidationError("--start, --success and --intent need --automation")
        }
    }

    func run() throws {
        let session = Session(options, root.options)
        guard profile != GenerateCommand.callCentre else {
            guard automation == nil else {
                throw ValidationError(
                    "--automation needs another --profile than call-centre, as retail-bank")
            }
            let request = try GenerateRequest(
                folder: folder, seed: seed, customers: customers, from: from ?? "1999-01-01",
                to: to ?? "1999-08-01")
            try session.write(try session.working { try Generation.run(request, progress: $0) })
            return
        }
        let request = try OperationRequest(
            folder: folder, seed: seed, customers: customers, from: from, to: to,
            profile: profile,
            automation: automation.map {
                OperationRequest.Automation(
                    kind: $0, start: start, adoption: adoption, success: success,
                    intents: intent)
            }, waits: waits)
        try session.write(try session.working { try Generation.run(request, progress: $0) })
    }
}
