/// Cause and cure of a failed handshake, without the label.
struct Advice: Sendable, Hashable {
    let party: HandshakeExplanation.Party
    let cause: String
    let fix: String

    init(_ party: HandshakeExplanation.Party, _ cause: String, _ fix: String) {
        self.party = party
        self.cause = cause
        self.fix = fix
    }

    /// For what this side has found. `peer`: what to call the other.
    init(_ reason: TLSError.Reason, peer: String) {
        self = Self.ofCertificate(reason, peer) ?? Self.ofMessages(reason, peer)
    }

    private static func ofCertificate(_ reason: TLSError.Reason, _ peer: String) -> Advice? {
        switch reason {
        case .noPeerCertificate:
            Advice(.peer, "\(peer) shows no certificate", "configure \(peer) with the certificate and the key of its node")
        case .certificateExpired:
            Advice(.peer, "a certificate that \(peer) shows has expired", "renew it, and compare the clocks of both nodes")
        case .certificateNotYetValid:
            Advice(.peer, "a certificate that \(peer) shows is not valid yet", "compare the clocks of both nodes: one is probably wrong")
        case .certificateRevoked:
            Advice(.peer, "the certificate of \(peer) is revoked", "have the authority issue a new one once the reason is settled")
        case .unknownIssuer:
            Advice(
                .peer, "no chain leads from the certificate of \(peer) to a root that we trust",
                "have \(peer) send its issuing certificate, and compare the roots of both nodes")
        case .badAuthority:
            Advice(
                .peer, "the certificate of \(peer) was signed by one that may not sign it",
                "have the region's authority issue it, and find out who signed this one")
        case .badCertificate:
            Advice(.peer, "the certificate of \(peer) is not in order", "look at it with sampan certs inspect, and have it issued anew")
        case .malformedCertificate:
            Advice(.peer, "what \(peer) shows cannot be read as a certificate", "check the certificate file of \(peer)")
        case .wrongPurpose:
            Advice(
                .peer, "the certificate of \(peer) is not meant for this role",
                "have it issued for both serverAuth and clientAuth, with digitalSignature")
        case .authorityAsPeer:
            Advice(
                .peer, "\(peer) shows the certificate of an authority", "give \(peer) a node's certificate and keep the authority's away")
        case .badPeerName:
            Advice(.peer, "the certificate of \(peer) has not exactly one URI name", "have it issued with one SPIFFE name and no other URI")
        case .wrongTrustDomain:
            Advice(
                .peer, "\(peer) is of another trust domain", "check that the address is the right one, and the trust domain of both nodes")
        case .refusedByPolicy:
            Advice(
                .peer, "the certificate of \(peer) is in order and our policy does not admit its name",
                "check which node answers at this address, and whether it is denied")
        default: nil
        }
    }

    private static func ofMessages(_ reason: TLSError.Reason, _ peer: String) -> Advice {
        switch reason {
        case .badSignature:
            Advice(.peer, "a signature of \(peer) is not by the key it should be by", "check that its key and certificate belong together")
        case .undecipherable:
            Advice(.network, "what \(peer) sent does not decrypt", "look for a device between the nodes that changes bytes")
        case .noCommonGroup:
            Advice(.peer, "\(peer) offers no group for the key exchange that we have", "enable X25519 or P-256 there")
        case .badKeyExchange:
            Advice(.peer, "the key share of \(peer) is none", "replace the TLS library of \(peer)")
        case .noCommonParameters:
            Advice(
                .peer, "\(peer) offers no cipher or signature algorithm that we have",
                "enable the ciphers of TLS 1.3 and ecdsa_secp256r1_sha256 there")
        case .protocolVersion, .inappropriateFallback:
            Advice(.peer, "\(peer) does not speak TLS 1.3", "enable TLS 1.3 there")
        case .noALPN:
            Advice(.peer, "\(peer) does not agree on h2 by ALPN", "use a gRPC stack there, and no proxy of HTTP/1.1 between")
        case .notTLS:
            Advice(.peer, "\(peer) does not speak TLS", "check the port, and turn on TLS there")
        case .oversized:
            Advice(.peer, "\(peer) sent more at once than TLS or we allow", "shorten the certificate chain of \(peer) to its issuers")
        case .protocolViolation:
            Advice(.peer, "\(peer) does not keep the rules of TLS", "find out what it is, and replace its TLS library")
        case .closedDuringHandshake, .truncated:
            Advice(
                .network, "\(peer) closed the connection before the handshake was over",
                "look into its log, and for a firewall or a port check between")
        case .timedOut:
            Advice(.network, "\(peer) did not finish the handshake in time", "check the line to it and its load")
        default:
            Advice(.us, "our own TLS failed", "look at the memory of this process, and report it with this line")
        }
    }

    /// For an alert of the peer's that is not about our certificate.
    init(_ alert: TLSAlert) {
        switch HandshakeResult(alert) {
        case .protocolVersionUnsupported, .inappropriateFallback:
            self.init(.peer, "the peer does not take TLS 1.3", "enable TLS 1.3 there")
        case .cipherSuiteMismatch:
            self.init(.peer, "the peer has no cipher, group or signature algorithm in common with us", "enable those of TLS 1.3 there")
        case .noApplicationProtocol:
            self.init(.peer, "the peer does not take h2 by ALPN", "check that the port is a gRPC server's")
        case .signatureVerificationFailed:
            self.init(.us, "the peer says that a signature of ours is wrong", "check that our key, certificate and issuer belong together")
        case .decryptionFailed:
            self.init(.network, "what we sent did not decrypt at the peer", "look for a device between the nodes that changes bytes")
        case .unexpectedMessage:
            self.init(.us, "the peer says that we broke the rules of TLS", "compare versions, and the length of our certificate chain")
        case .peerConnectionClosed:
            self.init(.peer, "the peer gave the handshake up", "look into its log")
        case .certificateHostnameMismatch:
            self.init(.us, "the peer does not serve the name we asked for", "check the name of the endpoint")
        default:
            self.init(.peer, "the peer failed by itself", "look into its log")
        }
    }

    /// For an alert by which the peer refuses our certificate, with what we find wrong ourselves.
    init(refusal alert: TLSAlert, _ flaw: OwnCertificate.Flaw?, hasCertificate: Bool) {
        if !hasCertificate || alert == .certificateRequired {
            self.init(.us, "the peer asks for a certificate and we show none", "configure this node with its certificate and key")
        } else if let flaw {
            self = Self.ofOurs(flaw)
        } else {
            switch HandshakeResult(alert) {
            case .certificateExpired:
                self.init(
                    .peer, "the peer takes our certificate for expired, and by our clock it is not", "compare the clocks of both nodes")
            case .certificateRevoked:
                self.init(.us, "our certificate is revoked", "ask the region's platform why, and have a new one issued")
            case .certificateAuthorityInvalid:
                self.init(
                    .us, "the peer does not trust the authority that issued our certificate",
                    "check that our chain has its issuing certificate, and compare the roots of both nodes")
            default:
                self.init(
                    .us, "the peer refuses our certificate, and we find nothing wrong with it",
                    "look into the peer's record of failed handshakes: clock, policy, or a denied node")
            }
        }
    }

    private static func ofOurs(_ flaw: OwnCertificate.Flaw) -> Advice {
        switch flaw {
        case .expired: Advice(.us, "our certificate has expired", "renew it, and check the clock of this node")
        case .notYetValid: Advice(.us, "our certificate is not valid yet", "check the clock of this node")
        case .isAuthority: Advice(.us, "we show the certificate of an authority", "configure this node with a node's certificate")
        case .wrongPurpose:
            Advice(.us, "our certificate is not meant for this role", "have it issued for both serverAuth and clientAuth")
        case .badName: Advice(.us, "our certificate has not exactly one URI name", "have it issued with one SPIFFE name and no other URI")
        case .wrongTrustDomain:
            Advice(
                .us, "our certificate is of another trust domain than the peers we ask for", "check the trust domain in the configuration")
        }
    }
}
