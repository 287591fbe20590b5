internal import Logging
internal import SampanDomain

/// Writes each record as one line of JSON.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info
    private let label: String
    private let now: @Sendable () -> UnixTime
    private let write: @Sendable (String) -> Void

    /// - Parameter write: takes one line, without its end; from any thread.
    init(label: String, now: @escaping @Sendable () -> UnixTime, write: @escaping @Sendable (String) -> Void) {
        (self.label, self.now, self.write) = (label, now, write)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        // What is said with the record counts more than what its logger always says.
        if let more = metadataProvider?.get() { all.merge(more) { $1 } }
        if let more = event.metadata { all.merge(more) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        write(JSONLogLine(time: now(), level: event.level, label: label, message: "\(event.message)", metadata: all).text)
    }
}
