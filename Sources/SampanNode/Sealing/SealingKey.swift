internal import SampanCrypto
internal import SampanFerry
internal import Synchronization

/// The gateway's half of sealing: the inside's public key, and the encapsulation that payloads are sealed under for a while.
///
/// Agreeing on a secret takes some 100 µs, a seal under it 2: so up to 1,024 payloads in a row share one encapsulation, each under its own
/// number. Whoever has the memory of this process could read these payloads anyway.
final class SealingKey: Sendable {
    private struct Sender {
        let encapsulation: [UInt8]
        let context: HPKEContext
        var count: UInt64 = 0
    }

    private static let mostPayloads: UInt64 = 1_024

    private let key: X25519PublicKey
    private let name: String
    private let sender = Mutex<Sender?>(nil)

    /// Reads a `PUBLIC KEY` of X25519 in PEM form.
    init(file: String) throws(CryptoError) {
        key = try CredentialFile.sealingKey(file)
        name = try key.name()
    }

    var sealer: PayloadSealer { PayloadSealer(recipient: name) { [self] in try seal($0, $1) } }

    private func seal(_ payload: [UInt8], _ binding: [UInt8]) throws -> [UInt8] {
        let (current, number) = try sender.withLock { sender in
            if let current = sender, current.count < Self.mostPayloads {
                sender?.count += 1
                return (current, current.count)
            }
            let (encapsulation, context) = try HPKE.sender(to: key, info: SealedBox.info(name))
            let fresh = Sender(encapsulation: encapsulation, context: context, count: 1)
            sender = fresh
            return (fresh, 0)
        }
        return SealedBox(
            encapsulation: current.encapsulation, number: number,
            ciphertext: try current.context.seal(payload, context: binding, number: number)
        ).bytes
    }
}
