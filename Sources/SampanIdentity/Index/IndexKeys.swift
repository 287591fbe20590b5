/// What keeps the index's file unreadable: handed in, since this target owns no cipher.
package protocol IndexKeys: Sendable {
    /// Encrypts and authenticates (AES-256-GCM); `context` is bound to the box and not kept in it.
    func seal(_ plaintext: [UInt8], context: [UInt8]) throws -> [UInt8]
    /// Throws when box, context or key is another.
    func open(_ box: [UInt8], context: [UInt8]) throws -> [UInt8]
    /// A keyed hash (HMAC-SHA-256), at least 16 bytes: equal bytes are found by it, and nobody without the key can try names against it.
    func hash(_ bytes: [UInt8]) throws -> [UInt8]
}

extension IndexKeys {
    /// A blocking key as the file has it.
    func stored(_ key: UInt64) throws -> Int64 {
        let bytes = try hash((0..<8).map { UInt8(truncatingIfNeeded: key >> ($0 * 8)) })
        return bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    /// What a local id of an institution is found by.
    func localKey(institution: String, _ localID: String) throws -> [UInt8] {
        Array(try hash(Array("local\u{0}\(institution)\u{0}\(localID)".utf8)).prefix(16))
    }

    /// What a request of an institution is found by: its id is the caller's, who may have put a patient's number into it.
    func requestKey(institution: String, _ id: String) throws -> [UInt8] {
        Array(try hash(Array("request\u{0}\(institution)\u{0}\(id)".utf8)).prefix(16))
    }
}
