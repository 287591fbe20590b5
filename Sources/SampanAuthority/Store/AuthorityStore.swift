internal import SampanDomain
package import SampanMesh
package import SampanStorage
internal import Synchronization

/// The journal on the disk and the state that it makes. Safe to use from any task; several processes may use one file.
///
/// A write takes the file's lock first (BEGIN IMMEDIATE), takes in what others have appended since, decides on that, appends, and syncs.
/// So two authorities over one folder never decide on different states.
package final class AuthorityStore: Sendable {
    /// Nanoseconds for which the outcome of a request is remembered: 7 days, as long as a token may live.
    static let requestMemory: Int64 = 7 * 86_400_000_000_000
    /// Outcomes that a write forgets on its way.
    private static let forgottenAtOnce: Int64 = 64

    private let database: any Database
    private let newest: Mutex<AuthoritySnapshot>
    private let listeners = Mutex<[@Sendable (AuthoritySnapshot) -> Void]>([])

    /// Opens or makes the file, verifies the whole journal and makes the state of it.
    ///
    /// Throws `journal`, which names the entry, `storage`.
    package static func open(path: String, options: SQLiteOptions = SQLiteOptions()) async throws(AuthorityError) -> AuthorityStore {
        var options = options
        options.locksAcrossProcesses = true
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try SQLiteDatabase(path: path, schema: schema, options: options)
        } catch {
            throw .storage(error)
        }
        do throws(AuthorityError) {
            let snapshot = try await database.read(AuthorityError.self) { tx in
                var snapshot = AuthoritySnapshot()
                try Self.takeIn(&snapshot, tx)
                return snapshot
            }
            return AuthorityStore(database, snapshot)
        } catch {
            await database.close()
            throw error
        }
    }

    private init(_ database: any Database, _ snapshot: AuthoritySnapshot) {
        self.database = database
        newest = Mutex(snapshot)
    }

    /// The newest state that this process knows of.
    package var snapshot: AuthoritySnapshot { newest.withLock { $0 } }

    /// `listener` is told of every newer state, on a thread of the store, in order; it must not wait for anything.
    func onChange(_ listener: @escaping @Sendable (AuthoritySnapshot) -> Void) { listeners.withLock { $0.append(listener) } }

    /// Decides a command on the newest state of the file, appends what it changes, and returns when that is durable.
    ///
    /// - Parameters:
    ///   - command: what to decide, for the state as it is; may be asked more than once. Nil changes nothing.
    ///   - answer: what a repetition of the request will get; kept together with the entry.
    ///
    /// Throws `refused`, `requestIDReused`, `journal`, `storage`, and what the closures throw.
    func execute(
        request: RequestKey? = nil, circumstances: @escaping @Sendable () -> AuthorityCircumstances,
        command: @escaping @Sendable (AuthorityState, UnixTime) throws(AuthorityError) -> AuthorityCommand?,
        answer: @escaping @Sendable (AuthorityChange) throws(AuthorityError) -> [UInt8]
    ) async throws(AuthorityError) -> AuthorityOutcome {
        try await database.write(AuthorityError.self) { [self] tx in
            let circumstances = circumstances()
            if let request, let first = try AuthorityRow.outcome(circumstances.actor, request.id, tx) {
                guard first.bodyHash == request.bodyHash else { throw AuthorityError.requestIDReused }
                return .replayed(first.answer)
            }
            var snapshot = self.snapshot
            try Self.takeIn(&snapshot, tx)
            var record: AuthorityRecord?
            if let command = try command(snapshot.state, circumstances.now) {
                do throws(AuthorityRefusal) { record = try snapshot.state.decide(command, circumstances) } catch {
                    throw AuthorityError.refused(error)
                }
            }
            if let record { try Self.append(record, to: &snapshot, tx) }
            let change = AuthorityChange(record: record, state: snapshot.state)
            let bytes = try answer(change)
            if let request {
                try AuthorityRow.forget(
                    before: circumstances.now.advanced(byNanoseconds: -Self.requestMemory), atOnce: Self.forgottenAtOnce, tx)
                try AuthorityRow.keep(bytes, circumstances.actor, request, at: circumstances.now, tx)
            }
            let after = snapshot
            tx.afterCommit { self.publish(after) }
            return .done(change, answer: bytes)
        }
    }

    /// The answer that a request got; nil for one that is new. Throws `requestIDReused`, `storage`.
    func firstOutcome(_ request: RequestKey, by actor: String) async throws(AuthorityError) -> [UInt8]? {
        try await database.read(AuthorityError.self) { tx in
            guard let first = try AuthorityRow.outcome(actor, request.id, tx) else { return nil }
            guard first.bodyHash == request.bodyHash else { throw AuthorityError.requestIDReused }
            return first.answer
        }
    }

    /// Takes in what another process has appended. Throws `journal`, `storage`.
    @discardableResult
    func refresh() async throws(AuthorityError) -> AuthoritySnapshot {
        let read: AuthoritySnapshot = try await database.read(AuthorityError.self) { [self] tx in
            var snapshot = self.snapshot
            if try AuthorityRow.head(tx) != snapshot.number { try Self.takeIn(&snapshot, tx) }
            return snapshot
        }
        publish(read)
        return read
    }

    /// The bytes of an epoch, as they were made; then `body` with them, on a thread that may block. Throws `noEpoch`, `journal`, `storage`.
    func withEpoch<Value: Sendable>(
        _ number: UInt64, _ body: @escaping @Sendable ([UInt8], AuthorityState) throws -> Value
    ) async throws(AuthorityError) -> Value {
        try await database.read(AuthorityError.self) { [self] tx in
            let state = self.snapshot.state
            guard (1...max(1, state.epochNumber)).contains(number), state.epochNumber > 0 else { throw AuthorityError.noEpoch(number) }
            guard let entry = try AuthorityRow.entry(ofEpoch: number, tx) else {
                throw AuthorityError.storage(StorageError(kind: .corrupt, message: "the index of epochs has no \(number)"))
            }
            let record = try AuthorityError.epoch { () throws(EpochError) in try AuthorityRecord(serialized: entry.record) }
            // Not by the index alone: what is signed is what the journal's chain vouches for.
            guard let epoch = record.epoch, epoch.number == number,
                try AuthorityError.epoch({ () throws(EpochError) in try SignedEpoch.hash(epoch.bytes) })
                    == state.epochHashes[Int(number) - 1]
            else { throw AuthorityError.journal(.changed(entry.number)) }
            return try body(epoch.bytes, state)
        }
    }

    /// One entry; nil behind the last. Throws `storage`.
    package func entry(_ number: UInt64) async throws(AuthorityError) -> AuthorityJournalEntry? {
        try await database.read(AuthorityError.self) { tx in try AuthorityRow.entry(number, tx) }
    }

    /// Runs `body` on a thread that may block, for what takes a disk or 0.2 s of a derivation. It must not use the store.
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws(AuthorityError) -> Value {
        try await database.read(AuthorityError.self) { _ in try body() }
    }

    /// Finishes accepted work and closes the file.
    package func close() async { await database.close() }

    private func publish(_ snapshot: AuthoritySnapshot) {
        let isNews = newest.withLock { newest in
            guard snapshot.number > newest.number else { return false }
            newest = snapshot
            return true
        }
        guard isNews else { return }
        for listener in listeners.withLock({ $0 }) { listener(snapshot) }
    }

    /// Brings a snapshot up to the end of the file. Throws `journal` for the first entry that does not follow.
    private static func takeIn(_ snapshot: inout AuthoritySnapshot, _ tx: borrowing Transaction) throws {
        var read = snapshot
        try AuthorityRow.forEach(from: snapshot.number + 1, tx) { entry in
            do throws(HashChainFault) { try read.follow(entry) } catch { throw AuthorityError.journal(error) }
        }
        // A file that was put in our file's place, or cut short, while we ran.
        guard try AuthorityRow.head(tx) == read.number else { throw AuthorityError.journal(.cutShort(after: try AuthorityRow.head(tx))) }
        snapshot = read
    }

    private static func append(_ record: AuthorityRecord, to snapshot: inout AuthoritySnapshot, _ tx: borrowing Transaction) throws {
        let entry = try AuthorityError.epoch { [chain = snapshot.chain] () throws(EpochError) in
            try AuthorityJournalEntry(record, after: chain.number, chain.hash)
        }
        try AuthorityRow.append(entry, epoch: record.epoch?.number, tx)
        // What is read back at the next start is what counts now: by its bytes.
        do throws(HashChainFault) { try snapshot.follow(entry) } catch { throw AuthorityError.journal(error) }
    }
}
