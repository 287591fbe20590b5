/// What deriving a key from a passphrase costs (scrypt, RFC 7914 §2), both for us and for who guesses.
package struct ScryptCost: Sendable, Hashable {
    /// N: a power of two; the memory is 128 · N · r bytes.
    package var cost: UInt64
    /// r
    package var blockSize: UInt64
    /// p
    package var parallelization: UInt64

    package init(cost: UInt64, blockSize: UInt64, parallelization: UInt64) {
        self.cost = cost
        self.blockSize = blockSize
        self.parallelization = parallelization
    }

    /// 16 MiB and 0.2 s. OpenSSL derives keys of PKCS #8 files within 32 MiB, bookkeeping included, and offers no setting for it: with N =
    /// 2^15 and r = 8 the openssl program could not open our files. More rounds make up for less memory (OWASP counts this as equal to
    /// N = 2^17, r = 8, p = 1).
    package static let standard = ScryptCost(cost: 1 << 14, blockSize: 8, parallelization: 5)

    /// Most memory that a file may ask for, in bytes: OpenSSL's own limit.
    static let memoryLimit: UInt64 = 32 << 20
    /// Most work, as N · r · p: 6 times ours, about 1.3 s.
    static let workLimit: UInt64 = 1 << 22

    /// Whether the numbers are lawful and within the limits, judged before any memory is taken.
    var isAcceptable: Bool {
        // Each within the work limit first, so that no product overflows.
        guard (2...Self.workLimit).contains(cost), cost & (cost - 1) == 0, (1...Self.workLimit).contains(blockSize),
            (1...Self.workLimit).contains(parallelization)
        else { return false }
        let (blocks, rows) = (cost * blockSize, blockSize * parallelization)
        guard blocks <= Self.workLimit, rows <= Self.workLimit else { return false }
        // RFC 7914 §6 B, V and the scratch of one row, as OpenSSL counts them.
        let memory = 128 * rows + 128 * blocks + 128 * blockSize + 256
        return blocks * parallelization <= Self.workLimit && memory <= Self.memoryLimit
    }
}
