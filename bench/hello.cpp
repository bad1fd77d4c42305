// Hello, on tidegate's transport: bench_hello PORT. Answers until SIGTERM. Its pair is hello_cpprest.cpp.
#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <csignal>
#include <cstdio>
#include <string>

#include "server/transport/transport.h"

int main(int argc, char** argv) {
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigaddset(&end, SIGINT);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);  // before any thread exists, so that all inherit it

  const std::string port = argc > 1 ? argv[1] : "8080";
  crossplat::threadpool::initialize_with_threads(2);
  const auto transport = tidegate::transport::make_transport({}, nullptr);
  tidegate::transport::register_transport(transport);
  web::http::experimental::listener::http_listener listener("http://127.0.0.1:" + port);
  listener.support([](const web::http::http_request& request) {
    web::http::http_response response(web::http::status_codes::OK);
    response.set_body(R"({"hello":"world"})", "application/json");
    request.reply(response);
  });
  listener.open().wait();
  std::printf("listening on %u\n", transport->endpoints().front().port);
  std::fflush(stdout);

  int received = 0;
  sigwait(&end, &received);
  transport->drain(std::chrono::steady_clock::now() + std::chrono::seconds(5));
  listener.close().wait();
}
