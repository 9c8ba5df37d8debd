// From whatever a verb throws to what a face says and how it ends, in one place for all faces.

import Configuration
import EventLog
import Ingestion
import Keys
import Projections
import Simulation
import Synthesis

/// A thrown error as a face reports it.
package struct Failure: Sendable {
    package enum Kind: Sendable {
        case couldNot
        /// A scenario, mapping, cost or rule file was refused.
        case refusedFile
        case inputMissing
        case inputOutput
        case wrongUsage
        case interrupted
        /// None of ours: the face's own, or a bug.
        case other
    }

    package let kind: Kind
    package let message: String

    package init(_ error: any Error) {
        switch error {
        case let refused as RefusedFile:
            self.init(.refusedFile, refused.description)
        case let wrong as MostlyWrongFile:
            self.init(.refusedFile, "error: \(wrong)")
        case let workbench as WorkbenchError:
            self.init(Failure.kind(of: workbench), "error: \(workbench)")
        case let ingestion as IngestionError:
            self.init(Failure.kind(of: ingestion), ingestion.description)
        case let log as EventLogError:
            self.init(Failure.kind(of: log), "error: \(log.description)")
        case let keys as KeysError:
            self.init(Failure.kind(of: keys), "error: \(keys)")
        case let replay as ReplayError:
            self.init(.refusedFile, "error: \(replay)")
        case let synthesis as SynthesisError:
            self.init(.wrongUsage, "error: \(synthesis)")
        case let collision as AddressCollision:
            self.init(.couldNot, "error: \(collision)")
        default:
            self.init(.other, "error: \(error); this is a bug of ours")
        }
    }

    private init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    private static func kind(of error: WorkbenchError) -> Kind {
        switch error {
        case .unreadable: .inputMissing
        case .unwritable, .damaged: .inputOutput
        case .wrongValue: .wrongUsage
        case .interrupted: .interrupted
        case .unfitScenario: .refusedFile
        default: .couldNot
        }
    }

    private static func kind(of error: IngestionError) -> Kind {
        switch error {
        case .missingFile, .notAFile: .inputMissing
        case .refusedHeader, .unknownZone: .refusedFile
        case .unreadable, .damagedCompression, .damagedDocument, .tooLarge: .inputOutput
        }
    }

    private static func kind(of error: KeysError) -> Kind {
        switch error {
        case .storage, .notOverwritten, .unopenable, .notAKeyFile: .inputOutput
        default: .couldNot
        }
    }

    private static func kind(of error: EventLogError) -> Kind {
        switch error {
        case .noStore, .notAStore: .inputMissing
        case .storage, .damaged: .inputOutput
        default: .couldNot
        }
    }
}
