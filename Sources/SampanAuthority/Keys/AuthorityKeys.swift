internal import SampanCrypto
internal import SampanDomain
internal import SampanMesh
internal import SampanTransport
internal import Synchronization

/// The authority's keys: files named by key identifier, never overwritten, and those that were opened.
///
/// Opening one costs 0.2 s (scrypt), and so does writing the first one under each passphrase; every one a sync: from a thread that may
/// block, never on an event loop. Looking one up is free.
package final class AuthorityKeys: Sendable {
    /// Who encrypts a key.
    package enum Kind: Sendable { case root, working }

    private let folder: AuthorityFolder
    private let passphrases: AuthorityPassphrases
    private let cost: ScryptCost
    private let opened = Mutex<[[UInt8]: PrivateKey]>([:])
    /// Derived once in the life of the process: in a rollover every key that is made would cost the platform a fifth of a second.
    private let encryption = Mutex<[Kind: KeyEncryptionKey]>([:])

    /// - Parameter cost: of the derivation for keys that are made here.
    init(folder: AuthorityFolder, passphrases: AuthorityPassphrases, cost: ScryptCost) {
        self.cost = cost
        self.folder = folder
        self.passphrases = passphrases
    }

    /// Whether keys of roots can be opened and made.
    package var canWakeRoot: Bool { passphrases.root != nil }

    /// An opened key; nil for one that is not.
    func key(_ keyID: [UInt8]) -> PrivateKey? { opened.withLock { $0[keyID] } }

    /// Makes the folder of the keys where it is missing. Blocks.
    func makeFolder() throws(AuthorityError) {
        try AuthorityError.files { () throws(TrustError) in
            try WholeFile.makeDirectory(folder.path)
            try WholeFile.makeDirectory(folder.keys)
        }
    }

    /// Encrypts a key and makes its file durable. Blocks. Throws `rootAsleep`, `files`, `crypto`.
    func keep(_ key: PrivateKey, _ keyID: [UInt8], _ kind: Kind) throws(AuthorityError) {
        let encryption = try encryption(kind)
        let pem = try AuthorityError.crypto { () throws(CryptoError) in try key.pem(under: encryption) }
        let path = path(keyID)
        try AuthorityError.files { () throws(TrustError) in try WholeFile.write(pem, to: path, mode: 0o600, overwrite: false) }
        opened.withLock { $0[keyID] = key }
    }

    /// Opens a key's file, once. Blocks. Throws `rootAsleep`, `keyMissing`, `crypto` (`wrongPassphrase`, `keyMismatch`).
    @discardableResult
    func open(_ keyID: [UInt8], _ kind: Kind) throws(AuthorityError) -> PrivateKey {
        if let key = key(keyID) { return key }
        let (passphrase, path) = (try passphrase(kind), path(keyID))
        guard WholeFile.exists(path) else { throw .keyMissing(Hexadecimal.text(keyID)) }
        let key = try AuthorityError.crypto { () throws(CryptoError) in
            try QuietThread.runBlocking { () throws(CryptoError) in try CredentialFile.privateKey(path, passphrase: passphrase) }
        }
        opened.withLock { $0[keyID] = key }
        return key
    }

    /// Opens a key and proves that it is the one of a certificate. Blocks.
    func open(for certificate: AuthorityCertificate, _ kind: Kind) throws(AuthorityError) {
        let key = try open(certificate.keyID, kind)
        try AuthorityError.crypto { () throws(CryptoError) in
            guard try Certificate(der: certificate.certificate).matches(key) else {
                throw CryptoError(.keyMismatch, "the key file \(path(certificate.keyID)) is of another key")
            }
        }
    }

    /// A certificate of the state with its opened key. Throws `keyMissing` when it was not opened.
    func authority(_ certificate: AuthorityCertificate) throws(AuthorityError) -> CertificateAuthority {
        guard let key = key(certificate.keyID) else { throw .keyMissing(Hexadecimal.text(certificate.keyID)) }
        return try AuthorityError.crypto { () throws(CryptoError) in
            try CertificateAuthority(certificate: Certificate(der: certificate.certificate), key: key)
        }
    }

    /// Derives what keys are encrypted with, so that the first one that is made costs no more than the others. Blocks.
    func prepareToKeep() throws(AuthorityError) {
        _ = try encryption(.working)
        if canWakeRoot { _ = try encryption(.root) }
    }

    private func encryption(_ kind: Kind) throws(AuthorityError) -> KeyEncryptionKey {
        if let known = encryption.withLock({ $0[kind] }) { return known }
        let (passphrase, cost) = (try passphrase(kind), cost)
        let derived = try AuthorityError.crypto { () throws(CryptoError) in
            try QuietThread.runBlocking { () throws(CryptoError) in try KeyEncryptionKey(passphrase, cost: cost) }
        }
        encryption.withLock { $0[kind] = derived }
        return derived
    }

    private func passphrase(_ kind: Kind) throws(AuthorityError) -> Passphrase {
        switch kind {
        case .working: return passphrases.working
        case .root:
            guard let root = passphrases.root else { throw .rootAsleep }
            return root
        }
    }

    private func path(_ keyID: [UInt8]) -> String { "\(folder.keys)/\(Hexadecimal.text(keyID)).key" }
}
