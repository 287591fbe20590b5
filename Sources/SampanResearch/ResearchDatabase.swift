internal import SampanCrypto
package import SampanDomain
package import SampanStorage
internal import Synchronization

/// The file of the catalogue, agreements, projects and notes, with the keys that its secret gives.
package final class ResearchDatabase: Sendable {
    /// Bytes of the secret that project keys and names of persons are kept under.
    package static let secretCount = 32

    let database: any Database
    private let box: AESGCM
    private let names: [UInt8]
    private let wall: @Sendable () -> UnixTime
    private let highest: Mutex<UnixTime>

    /// - Parameters:
    ///   - database: of `ResearchSchema.schema`; this process is its only writer.
    ///   - secret: `secretCount` bytes, kept outside of the file. Whoever has both can tell whose pseudonym is whose.
    package init(
        _ database: any Database, secret: [UInt8], now: @escaping @Sendable () -> UnixTime
    ) async throws(ResearchError) {
        guard secret.count == Self.secretCount else {
            throw .invalid(DomainError(field: "secret", message: "must have \(Self.secretCount) bytes"))
        }
        self.database = database
        wall = now
        box = try ResearchError.crypto { () throws(CryptoError) in
            try AESGCM(key: try HMACSHA256.authenticate(Array("sampan research project keys 1".utf8), key: secret))
        }
        names = try ResearchError.crypto { () throws(CryptoError) in
            try HMACSHA256.authenticate(Array("sampan research persons 1".utf8), key: secret)
        }
        let latest = try await database.read(ResearchError.self) { tx in
            try tx.first("SELECT MAX(at) FROM research_accesses") { try $0.optionalInt64(0) }
        }
        highest = Mutex(UnixTime(nanoseconds: latest.flatMap { $0 } ?? .min))
    }

    /// Opens or makes the file at `path`. Blocks while it migrates.
    package convenience init(
        path: String, secret: [UInt8], options: SQLiteOptions = SQLiteOptions(), now: @escaping @Sendable () -> UnixTime
    ) async throws(ResearchError) {
        let database: SQLiteDatabase
        do throws(StorageError) {
            database = try SQLiteDatabase(path: path, schema: ResearchSchema.schema, options: options)
        } catch {
            throw .storage(error)
        }
        try await self.init(database, secret: secret, now: now)
    }

    package func close() async { await database.close() }

    /// The wall's time, but never before the last note: a clock that is set back must not revive an agreement that is over.
    func now() -> UnixTime {
        let time = wall()
        return highest.withLock { highest in
            highest = max(highest, time)
            return highest
        }
    }

    func seal(_ key: ProjectKey, of holder: KeyHolder) throws(ResearchError) -> [UInt8] {
        try ResearchError.crypto { () throws(CryptoError) in try box.seal(key.bytes, context: Self.context(holder)) }
    }

    func open(_ sealed: [UInt8], of holder: KeyHolder) throws(ResearchError) -> ProjectKey {
        do throws(CryptoError) {
            return ProjectKey(stored: try box.open(sealed, context: Self.context(holder)))
        } catch {
            throw error.reason == .authenticationFailed ? .damaged("a project's key") : .crypto(error)
        }
    }

    /// What stands in the file for a person who consented: an HMAC, so that the file alone does not tell who did.
    func name(of person: EnterpriseID) throws(ResearchError) -> [UInt8] {
        try ResearchError.crypto { () throws(CryptoError) in
            Array(try HMACSHA256.authenticate(Array("person \(person.number)".utf8), key: names).prefix(16))
        }
    }

    private static func context(_ holder: KeyHolder) -> [UInt8] {
        Array("sampan research project \(holder.requester)/\(holder.name)".utf8)
    }
}
