/// Looks at the files of a node's credentials when it is told to, and has what they hold taken. Blocks on the disk.
struct CredentialFilesWatcher {
    private let files: CredentialFiles
    private let take: CredentialFiles.Take
    private let interval: Duration
    private var settling: FileSettling<[FileStamp?]>
    private var failure = ""

    /// 500 ms: whoever writes several files one after the other is mostly done by then.
    static let settleTime: Duration = .milliseconds(500)

    init(_ files: CredentialFiles, interval: Duration, take: @escaping CredentialFiles.Take) {
        self.files = files
        self.take = take
        self.interval = interval
        // The stamp of no files: those there are may have changed since the credentials were read.
        settling = FileSettling([], settleTime: Self.settleTime, interval: interval)
    }

    /// Returns when to look again at the latest. `now`: since whenever.
    mutating func look(at now: Duration, _ report: @Sendable (CredentialFiles.Event) -> Void) async -> Duration {
        let stamps = files.stamps
        switch settling.looked(stamps, at: now) {
        case .wait(let time): return time
        case .report:
            report(.broken(failure))
            return interval
        case .read: break
        }
        do {
            let next = try files.read()
            guard files.stamps == stamps else { throw CredentialsError("the files changed while they were read") }
            if let generation = try await take(next) { report(.swapped(generation: generation)) }
            settling.took(files.stamps, at: now)
        } catch {
            failure = "\(error)"
            settling.failed(files.stamps, at: now)
        }
        return settling.isSettling ? Self.settleTime : interval
    }
}
