import SampanMesh
import Testing

@Suite("Versions of services")
struct ServiceVersionTests {
    @Test(
        "three numbers, and the first is that of the name",
        arguments: [
            ("a.v1.B", "1.0.0", true), ("a.v1.B", "1.999999.0", true), ("a.v1.B", "2.0.0", false), ("a.v2.B", "2.0.1", true),
            ("a.v12.B", "12.3.4", true), ("a.v1.B", "0.9.0", false), ("a.B", "0.9.0", true), ("a.B", "7.0.0", true),
            // No promise yet.
            ("grpc.reflection.v1alpha.ServerReflection", "0.1.0", true), ("a.v.B", "3.0.0", true), ("a.v01.B", "3.0.0", true),
            // The last one counts.
            ("a.v1.b.v2.C", "2.0.0", true), ("a.v1.b.v2.C", "1.0.0", false),
            ("a.v1.B", "1.0", false), ("a.v1.B", "1.0.0.0", false), ("a.v1.B", "1..0", false), ("a.v1.B", "", false),
            ("a.v1.B", "1.0.01", false), ("a.v1.B", "1.0.1000000", false), ("a.v1.B", "1.0.-1", false), ("a.v1.B", "1.0.0-beta", false),
            ("a.v1.B", "1.0.١", false), ("", "1.0.0", false), ("a b", "1.0.0", false), ("服务", "1.0.0", false),
            (String(repeating: "a", count: 255), "1.0.0", true), (String(repeating: "a", count: 256), "1.0.0", false),
        ])
    func versions(service: String, version: String, isGood: Bool) {
        #expect(((try? ServiceVersion(service: service, version: version)) != nil) == isGood)
    }
}
