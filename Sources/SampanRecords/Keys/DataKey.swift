internal import SampanCrypto

/// A key that was unwrapped.
struct DataKey: Sendable {
    /// Its row; never given again.
    let id: Int64
    let owner: String
    let purpose: KeyPurpose
    /// 32 bytes: for HMAC. Sealing goes through `cipher`.
    let secret: [UInt8]
    let cipher: AESGCM

    /// What every box of this key is bound to, before what the caller binds it to.
    func context(_ rest: [UInt8]) -> [UInt8] {
        var fields = FieldWriter("sampan records box 1")
        fields.add(owner)
        fields.add(purpose.rawValue)
        fields.add(id)
        fields.add(rest)
        return fields.bytes
    }
}
