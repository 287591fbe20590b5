import ArgumentParser
import SampanReconciliation

/// A file that a command was told to write.
enum OutputFile {
    /// Writes it as a whole, or leaves it as it was; only its owner may read it. What stands in the way is told and ends the command (73).
    static func write(_ text: String, to path: String) throws {
        do throws(ReconciliationError) {
            try WholeFile.write(Array(text.utf8), to: path)
        } catch {
            StandardError.line("Error: \(CertificateDescription.printable("\(error)"))")
            throw ExitCode(73)
        }
    }
}
