/// A file that is written as a whole (0600): it is there as it was, or as it is meant to be, whatever happens.
package enum WholeFile {
    /// Durable when it returns.
    package static func write(_ bytes: [UInt8], to path: String) throws(ReconciliationError) {
        let file = try OpenFile.made(beside: path)
        do throws(ReconciliationError) {
            try file.write(bytes)
            try file.rename(to: path)
        } catch {
            file.unlinked()
            throw error
        }
    }
}
