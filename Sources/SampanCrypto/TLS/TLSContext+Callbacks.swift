internal import COpenSSL

/// What OpenSSL asks in the middle of a handshake. The policy's address comes from the context, the record's from the SSL object;
/// both outlive every call, since a connection holds its context and its record until its SSL object is freed.
extension TLSContext {
    static func installVerification(on context: OpaquePointer, _ policy: PeerPolicy) {
        let argument = unsafe Unmanaged.passUnretained(policy).toOpaque()
        unsafe SSL_CTX_set_cert_verify_callback(context, { store, argument in unsafe TLSContext.verify(store, argument) }, argument)
    }

    static func installServerALPN(on context: OpaquePointer, _ policy: PeerPolicy) {
        let argument = unsafe Unmanaged.passUnretained(policy).toOpaque()
        unsafe SSL_CTX_set_alpn_select_cb(
            context,
            { connection, chosen, length, offered, count, argument in
                unsafe TLSContext.select(connection, chosen, length, offered, count, argument)
            }, argument)
        unsafe SSL_CTX_set_client_hello_cb(
            context, { connection, alert, _ in unsafe TLSContext.requireALPN(connection, alert) }, nil)
    }

    static func record(of connection: OpaquePointer?) -> HandshakeRecord? {
        guard let address = unsafe SSL_get_ex_data(connection, 0) else { return nil }
        return unsafe Unmanaged<HandshakeRecord>.fromOpaque(address).takeUnretainedValue()
    }

    /// The chain by OpenSSL's rules, then the peer by ours. Returns 1 or 0; never accepts what it cannot look at.
    private static func verify(_ store: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
        let connection = unsafe X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx())
        guard let argument = unsafe argument, let record = unsafe record(of: connection.map(OpaquePointer.init)) else {
            unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED)
            return 0
        }
        let policy = unsafe Unmanaged<PeerPolicy>.fromOpaque(argument).takeUnretainedValue()
        guard let store = unsafe store, let issuers = unsafe policy.verified.verify(store) else {
            let code = unsafe X509_STORE_CTX_get_error(store)
            record.refusal = TLSError(verification: code)
            if code == X509_V_OK { unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED) }
            unsafe note(store, in: record)
            return 0
        }
        guard let leaf = unsafe X509_STORE_CTX_get0_cert(store), unsafe X509_up_ref(leaf) == 1 else {
            unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_UNSPECIFIED)
            return 0
        }
        let certificate = unsafe Certificate(adopting: leaf)
        switch policy.judge(certificate, issuers, record) {
        case .success(let peer):
            record.peer = peer
            return 1
        case .failure(let refusal):
            record.refusal = refusal.error
            record.shown = ShownCertificate(certificate)
            unsafe X509_STORE_CTX_set_error(store, refusal.code)
            return 0
        }
    }

    /// Keeps who it was whose chain is not good.
    private static func note(_ store: OpaquePointer?, in record: HandshakeRecord) {
        guard let leaf = unsafe X509_STORE_CTX_get0_cert(store), unsafe X509_up_ref(leaf) == 1 else { return }
        record.shown = ShownCertificate(unsafe Certificate(adopting: leaf))
        ErrorQueue.clear()
    }

    /// Picks our first protocol that the client offers, else ends the handshake (RFC 7301 §3.2).
    private static func select(
        _ connection: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
        _ length: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?, _ count: UInt32,
        _ argument: UnsafeMutableRawPointer?
    ) -> Int32 {
        guard let argument = unsafe argument, let chosen = unsafe chosen, let length = unsafe length,
            let offered = unsafe offered
        else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        let policy = unsafe Unmanaged<PeerPolicy>.fromOpaque(argument).takeUnretainedValue()
        let list = unsafe Array(UnsafeBufferPointer(start: offered, count: Int(count)))
        guard let pick = policy.pick(from: list) else {
            unsafe record(of: connection)?.refusal = TLSError(.noALPN, "the client offers none of our protocols")
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        // Into the client's list, which OpenSSL keeps until it has copied the choice.
        unsafe chosen.pointee = offered + pick.lowerBound
        unsafe length.pointee = UInt8(pick.count)
        return SSL_TLSEXT_ERR_OK
    }

    /// OpenSSL does not call `select` for a client that sends no ALPN at all; so that is looked for here. A client of an older
    /// version is let through to fail on its version.
    private static func requireALPN(_ connection: OpaquePointer?, _ alert: UnsafeMutablePointer<Int32>?) -> Int32 {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        let versions = UInt32(TLSEXT_TYPE_supported_versions)
        let protocols = UInt32(TLSEXT_TYPE_application_layer_protocol_negotiation)
        guard unsafe SSL_client_hello_get0_ext(connection, versions, &bytes, &count) == 1,
            unsafe SSL_client_hello_get0_ext(connection, protocols, &bytes, &count) != 1
        else { return SSL_CLIENT_HELLO_SUCCESS }
        unsafe record(of: connection)?.refusal = TLSError(.noALPN, "the client sends no ALPN")
        unsafe alert?.pointee = SSL_AD_NO_APPLICATION_PROTOCOL
        return SSL_CLIENT_HELLO_ERROR
    }
}
