internal import SampanCrypto
internal import SampanDomain
internal import SampanStorage
internal import Synchronization

/// The data keys of a node: one for each institution and purpose, wrapped by the master key in the same file as what they seal.
///
/// Everything happens in the caller's transaction: a key that is made, and the count of what it has sealed, are rolled back with what was
/// sealed. Any thread that has a transaction. Throws `RecordsError` and `StorageError` only.
package final class KeyRing: Sendable {
    /// Messages that one key may seal under random nonces (NIST SP 800-38D §8.3).
    package static let mostMessages: Int64 = 1 << 32

    private struct Held {
        /// Told apart by the wrapped bytes too: the number of a key whose making was rolled back is given to another.
        let wrapped: [UInt8]
        let key: DataKey
    }

    private struct Masters {
        var current: MasterKey
        var byName: [String: MasterKey]
    }

    private let masters: Mutex<Masters>
    private let held = Mutex<[Int64: Held]>([:])
    /// Messages of one key; an institution's key is replaced at half of it.
    private let messageLimit: Int64

    /// - Parameters:
    ///   - current: wraps what is wrapped from now on.
    ///   - former: masters that may still wrap keys in the file.
    package init(current: MasterKey, former: [MasterKey] = [], messageLimit: Int64 = KeyRing.mostMessages) {
        var byName = [current.name: current]
        for master in former { byName[master.name] = master }
        masters = Mutex(Masters(current: current, byName: byName))
        self.messageLimit = messageLimit
    }

    /// Wraps with another master from now on; `KeyRotation` then moves what is there. The former one stays at hand.
    package func adopt(_ master: MasterKey) {
        masters.withLock { masters in
            masters.current = master
            masters.byName[master.name] = master
        }
    }

    /// The name of the master that wraps new keys.
    package var masterName: String { masters.withLock { $0.current.name } }

    // MARK: What the stores call

    /// Seals under the owner's active key, which is made when there is none, and counts the message.
    func seal(
        _ plain: [UInt8], _ transaction: borrowing Transaction, _ owner: KeyOwner, _ purpose: KeyPurpose, context: [UInt8], at now: UnixTime
    ) throws -> (key: Int64, box: [UInt8]) {
        let key = try active(transaction, owner, purpose, at: now)
        let counted = try transaction.execute(
            "UPDATE record_keys SET messages = messages + 1 WHERE id = ? AND messages < ?", .integer(key.id), .integer(messageLimit))
        guard counted == 1 else { throw RecordsError.keyExhausted(owner: owner.text) }
        return (key.id, try RecordsError.crypto { () throws(CryptoError) in try key.cipher.seal(plain, context: key.context(context)) })
    }

    /// Opens what `seal` made. `part` names it in errors.
    func open(
        _ box: [UInt8], _ transaction: borrowing Transaction, key id: Int64, _ owner: KeyOwner, _ purpose: KeyPurpose, context: [UInt8],
        part: String
    ) throws -> [UInt8] {
        let key = try key(id, transaction)
        guard key.owner == owner.text, key.purpose == purpose else { throw RecordsError.damaged(part) }
        return try RecordsError.opening(part) { () throws(CryptoError) in try key.cipher.open(box, context: key.context(context)) }
    }

    /// The owner's active key. When it has sealed half of what it may, it is full: it opens what it sealed, and a fresh one takes its
    /// place.
    func active(_ transaction: borrowing Transaction, _ owner: KeyOwner, _ purpose: KeyPurpose, at now: UnixTime) throws -> DataKey {
        let found = try transaction.first(
            "SELECT id, messages FROM record_keys WHERE owner = ? AND purpose = ? AND state = 'active'",
            .text(owner.text), .text(purpose.rawValue)
        ) { row in (try row.int64(0), try row.int64(1)) }
        guard let (id, messages) = found else { return try make(transaction, owner, purpose, at: now) }
        guard messages >= messageLimit / 2 else { return try key(id, transaction) }
        try transaction.execute("UPDATE record_keys SET state = 'full' WHERE id = ? AND state = 'active'", .integer(id))
        return try make(transaction, owner, purpose, at: now)
    }

    /// Makes a fresh active key; all before it are retiring: `KeyRotation` moves what they wrap, and destroys them.
    func replace(_ transaction: borrowing Transaction, _ owner: KeyOwner, _ purpose: KeyPurpose, at now: UnixTime) throws -> DataKey {
        try transaction.execute(
            "UPDATE record_keys SET state = 'retiring' WHERE owner = ? AND purpose = ? AND state IN ('active', 'full')",
            .text(owner.text), .text(purpose.rawValue))
        return try make(transaction, owner, purpose, at: now)
    }

    /// A key by its row. Throws `masterMissing` when its master is not at hand, and `damaged` when it is no more.
    func key(_ id: Int64, _ transaction: borrowing Transaction) throws -> DataKey {
        let found = try transaction.first(
            "SELECT owner, purpose, master, wrapped FROM record_keys WHERE id = ? AND state <> 'destroyed'", .integer(id)
        ) { row in (try row.text(0), try row.text(1), try row.text(2), try row.blob(3)) }
        guard let (owner, name, master, wrapped) = found, let purpose = KeyPurpose(rawValue: name) else {
            throw RecordsError.damaged("the key \(id)")
        }
        if let known = held.withLock({ $0[id] }), known.wrapped == wrapped { return known.key }
        let secret = try unwrap(wrapped, id: id, owner: owner, purpose: purpose, master: master)
        let cipher = try RecordsError.crypto { () throws(CryptoError) in try AESGCM(key: secret) }
        let key = DataKey(id: id, owner: owner, purpose: purpose, secret: secret, cipher: cipher)
        held.withLock { $0[id] = Held(wrapped: wrapped, key: key) }
        return key
    }

    /// Wraps a key by the current master where another wraps it. Returns whether it did.
    func rewrap(_ id: Int64, _ transaction: borrowing Transaction) throws -> Bool {
        let key = try key(id, transaction)
        let (name, wrapped) = try wrap(key.secret, id: id, owner: key.owner, purpose: key.purpose)
        return try transaction.execute(
            "UPDATE record_keys SET master = ?, wrapped = ? WHERE id = ? AND master <> ? AND state <> 'destroyed'", .text(name),
            .blob(wrapped),
            .integer(id), .text(name)) == 1
    }

    /// Overwrites a key that wraps nothing any more. Throws `misuse` for the active one.
    func destroy(_ id: Int64, _ transaction: borrowing Transaction) throws {
        let changed = try transaction.execute(
            "UPDATE record_keys SET state = 'destroyed', wrapped = zeroblob(0) WHERE id = ? AND state = 'retiring'", .integer(id))
        guard changed == 1 else { throw StorageError(kind: .misuse, message: "only a retiring key is destroyed") }
        transaction.afterCommit { [self] in held.withLock { _ = $0.removeValue(forKey: id) } }
    }

    // MARK: Within

    private func make(_ transaction: borrowing Transaction, _ owner: KeyOwner, _ purpose: KeyPurpose, at now: UnixTime) throws -> DataKey {
        let next = try transaction.first("SELECT COALESCE(MAX(id), 0) + 1 FROM record_keys") { row in try row.int64(0) }
        guard let id = next else { throw StorageError(kind: .misuse, message: "no number for a key") }
        let secret = try RecordsError.crypto { () throws(CryptoError) in try RandomBytes.make(AESGCM.keyCount) }
        let (master, wrapped) = try wrap(secret, id: id, owner: owner.text, purpose: purpose)
        try transaction.execute(
            "INSERT INTO record_keys (id, owner, purpose, state, master, wrapped, made_at, messages) VALUES (?, ?, ?, 'active', ?, ?, ?, 0)",
            .integer(id), .text(owner.text), .text(purpose.rawValue), .text(master), .blob(wrapped), .integer(now.nanoseconds))
        return try key(id, transaction)
    }

    private func wrap(_ secret: [UInt8], id: Int64, owner: String, purpose: KeyPurpose) throws(RecordsError) -> (
        master: String, wrapped: [UInt8]
    ) {
        let master = masters.withLock { $0.current }
        let context = Self.context(id: id, owner: owner, purpose: purpose, master: master.name)
        return (master.name, try RecordsError.crypto { () throws(CryptoError) in try master.wrap(secret, context: context) })
    }

    private func unwrap(_ wrapped: [UInt8], id: Int64, owner: String, purpose: KeyPurpose, master name: String) throws(RecordsError)
        -> [UInt8]
    {
        guard let master = masters.withLock({ $0.byName[name] }) else { throw .masterMissing(name) }
        let context = Self.context(id: id, owner: owner, purpose: purpose, master: name)
        return try RecordsError.opening("the key \(id)") { () throws(CryptoError) in try master.unwrap(wrapped, context: context) }
    }

    /// A wrapped key is bound to its institution, its number, its purpose and its master: it is no other's.
    private static func context(id: Int64, owner: String, purpose: KeyPurpose, master: String) -> [UInt8] {
        var fields = FieldWriter("sampan records key 1")
        fields.add(id)
        fields.add(owner)
        fields.add(purpose.rawValue)
        fields.add(master)
        return fields.bytes
    }
}
