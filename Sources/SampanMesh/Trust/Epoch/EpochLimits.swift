/// What one epoch may hold. The contract says the same numbers to others.
enum EpochLimits {
    /// Bytes of a serialized epoch. Below the 4 MiB of a message on the wire, with room for signature and chain.
    static let epochBytes = 1...4_000_000
    /// Roots at a time: one is usual, two during a rollover.
    static let roots = 1...16
    /// Issuers at a time.
    static let issuers = 1...64
    /// Bridges at a time: one for each root that somebody may have missed.
    static let bridges = 0...16
    /// Bytes of a certificate; those we make have some 600.
    static let certificateBytes = 1...16_384
    /// Entries of denials as they travel (one may name many serial numbers).
    static let denialEntries = 0...10_000
    /// Serial numbers in all denials. 200,000: twice what has to be fast (issue 4), 3.6 MB.
    static let serials = 200_000
    /// Bytes of the text that the refused are told.
    static let denialMessageBytes = 0...256
    /// Bytes of a key identifier (20 as everybody makes them).
    static let keyIDBytes = 1...64
    /// Bytes of the policy's text.
    static let policyBytes = 0...(1 << 20)
    static let routes = 0...10_000
    static let routeNameBytes = 1...128
    static let endpoints = 1...16
    static let endpointBytes = 1...255
    static let services = 0...64
    static let serviceBytes = 1...255
    static let parentBytes = 0...32
    /// Calls at once. 10,000,000: as many as `limits` of a node's file may allow one institution.
    static let capacity = 0...10_000_000
    static let programVersionBytes = 0...64
    /// As many as routes: each institution of a region, once.
    static let custodians = 0...10_000
    /// Bytes of an ECDSA P-256 signature (DER): at most 72; room for a larger curve.
    static let signatureBytes = 1...256
    /// Certificates behind a signature: signer, issuer, root, and all bridges; one to spare.
    static let signerChain = 1...20
    static let hashBytes = 32
}
