@testable import SampanRPC
import Testing

struct FakeService: RPCService {
    var methodHandlers: [MethodHandler]

    init(_ methods: [MethodDescriptor]) {
        methodHandlers = methods.map { MethodHandler($0, .unary { request, _ in try FramedMessage(payload: request) }) }
    }
}

@Suite("Routes")
struct RouteTableTests {
    private static func method(_ service: String, _ name: String) -> MethodDescriptor {
        MethodDescriptor(service: service, name: name, kind: .unary)
    }

    @Test("every one of many methods is found and no other", arguments: [0, 1, 7, 8, 9, 500])
    func finds(count: Int) throws {
        let methods = (0..<count).map { Self.method("test.Service\($0 / 10)", "Method\($0)") }
        let table = try RouteTable([FakeService(methods)])
        #expect(table.methods == methods)
        for method in methods {
            #expect(table.handler(method.path)?.method == method)
            for other in [
                method.path + "x", String(method.path.dropLast()) + "?", method.path.uppercased(), String(method.path.dropFirst()),
            ] {
                #expect(table.handler(other)?.method.path != method.path)
            }
        }
        for path in ["", "/", "//", "/test.Service0", "/test.Service0/", "/test.Service0/Nothing"] {
            #expect(table.handler(path) == nil)
        }
    }

    @Test("a method that two services claim is refused")
    func duplicates() {
        let method = Self.method("a.S", "M")
        #expect(throws: RouteError.duplicateMethod(method)) { try RouteTable([FakeService([method]), FakeService([method])]) }
        #expect(throws: RouteError.duplicateMethod(method)) { try RouteTable([FakeService([method, method])]) }
    }
}
