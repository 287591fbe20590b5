import Foundation
import SampanNode
import Testing

@Suite("Contracts that the doors know")
struct PublishedContractTests {
    /// Services of which no call is passed on: they go by the certificate of the connection, or are called by their address.
    private static let direct: Set<String> = [
        "TrustService", "AuthorityService", "NodeService", "RegistryService", "FerryService", "InquiryService", "StaffTokenService",
        "StandingService",
    ]
    /// The payment channel's own, which stands for WeChat Pay and Alipay and is no node.
    private static let channel: Set<String> = ["ChannelService", "ChannelNotificationService", "PayerService"]

    @Test("each service of the region that a call may be passed on to has JSON at every node")
    func complete() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Protos/sampan").standardized
        let files = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap { $0 as? String }
        let codec = try ContractCodec([])
        var seen = 0
        for file in files where file.hasSuffix("_service.proto") {
            let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
            let package = try #require(text.firstMatch(of: /package ([a-z0-9.]+);/)?.1)
            for service in text.matches(of: /(?m)^service (\w+) \{/) where !(Self.direct.union(Self.channel)).contains(String(service.1)) {
                // The methods that follow the name of the service, up to that of the next.
                let rest = text[service.range.upperBound...].split(separator: "\nservice ", maxSplits: 1).first ?? ""
                for method in rest.matches(of: /rpc (\w+)\(/) {
                    seen += 1
                    #expect(codec.method("/\(package).\(service.1)/\(method.1)") != nil, "ContractCodec.published lacks \(service.1)")
                }
            }
        }
        #expect(seen >= 7)
    }
}
