/// The files that a node's certificate, key and roots are read from, and the watch over them. Safe from any task.
public struct CredentialFiles: Sendable, Hashable {
    /// PEM: the leaf first, then its issuers.
    public var certificateFile: String
    /// PEM; readable for its owner only.
    public var keyFile: String
    /// PEM: the roots of the trust domain.
    public var trustFile: String
    public var trustDomain: String

    public init(certificateFile: String, keyFile: String, trustFile: String, trustDomain: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.trustFile = trustFile
        self.trustDomain = trustDomain
    }

    /// What became of files that had changed.
    public enum Event: Sendable, Hashable {
        /// They are in force, as this generation of the credentials.
        case swapped(generation: Int)
        /// They have stayed broken since the last look: told once for each state of them. What was in force before still is.
        case broken(String)
    }

    /// Reads them; throws as `NodeCredentials` does. Blocks on the disk.
    public func read() throws(CredentialsError) -> NodeCredentials {
        try NodeCredentials(certificateFile: certificateFile, keyFile: keyFile, trustFile: trustFile, trustDomain: trustDomain)
    }

    /// Keeps `credentials` as the files say, until its task is cancelled: a set that has changed, belongs together and works is swapped in,
    /// half a second after the last of its files was written. A set that is not whole yet is not taken and not complained of, unless it
    /// stays so from one look to the next.
    ///
    /// - Parameters:
    ///   - group: one of its loops hears of changes in the files' directories.
    ///   - interval: time between looks when nothing is heard, and after which a broken set is reported. 10 s: some mounts tell nothing.
    ///   - clock: for tests; else `ContinuousClock()`.
    ///   - report: told of what changed, from the task of this call.
    @concurrent public func watch<C: Clock>(
        for credentials: LiveCredentials, on group: EventLoopGroup, interval: Duration = .seconds(10), clock: C,
        report: @Sendable (Event) -> Void
    ) async where C.Duration == Duration {
        await watch(on: group, interval: interval, clock: clock, report: report) { next in
            // A file that was only touched, or copied onto itself.
            next.isSame(as: credentials.credentials) ? nil : try await credentials.swap(to: next)
        }
    }

    /// Takes over what the files hold; the new generation, or nil where it is what is in force already.
    package typealias Take = @Sendable (NodeCredentials) async throws -> Int?

    /// The same, with what becomes of a set that was read decided by `take`. It is called also for what the files hold at first.
    @concurrent package func watch(
        on group: EventLoopGroup, interval: Duration = .seconds(10), clock: any Clock<Duration>, report: @Sendable (Event) -> Void,
        take: @escaping Take
    ) async {
        await watch(on: group, interval: interval, any: clock, report: report, take: take)
    }

    private func watch<C: Clock>(
        on group: EventLoopGroup, interval: Duration, any clock: C, report: @Sendable (Event) -> Void, take: @escaping Take
    ) async where C.Duration == Duration {
        let nudge = Nudge()
        // Without it the looks are all there is.
        let directories = try? DirectoryWatch(directories, on: group.nextLoop) { nudge.give() }
        directories?.start()
        let start = clock.now
        var watcher = CredentialFilesWatcher(self, interval: interval, take: take)
        while !Task.isCancelled {
            directories?.renew()
            let delay = await watcher.look(at: start.duration(to: clock.now), report)
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await nudge.wait() }
                tasks.addTask { try? await clock.sleep(until: clock.now.advanced(by: delay), tolerance: nil) }
                await tasks.next()
                tasks.cancelAll()
            }
        }
        directories?.stop()
    }

    /// What tells one state of the files from another.
    var stamps: [FileStamp?] { [certificateFile, keyFile, trustFile].map { FileStamp(path: $0) } }

    private var directories: Set<String> { Set([certificateFile, keyFile, trustFile].map(Self.directory)) }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
