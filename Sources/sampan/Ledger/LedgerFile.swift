import ArgumentParser
import Foundation
import SampanServices

/// The ledger that a command was given: the file, or the data folder that it lies in.
struct LedgerFile: ParsableArguments {
    @Option(help: ArgumentHelp("The gateway's payments.db, or its data folder.", valueName: "file"))
    var db: String

    /// Runs `body` on it; what stands in the way is told on standard error and ends the command: 65 for a file that is not a ledger of this
    /// edition, 66 for one that is missing or cannot be read.
    func read<T>(_ body: (PaymentArchive) throws(PaymentArchiveError) -> T) throws -> T {
        do throws(PaymentArchiveError) {
            return try body(try PaymentArchive(path: file))
        } catch {
            StandardError.line("Error: \(CertificateDescription.printable("\(error)"))")
            switch error {
            case .unreadable: throw ExitCode(66)
            case .unusable: throw ExitCode(65)
            }
        }
    }

    private var file: String {
        let type = try? FileManager.default.attributesOfItem(atPath: db)[.type] as? FileAttributeType
        return type == .typeDirectory ? "\(db)/\(PaymentArchive.fileName)" : db
    }
}
