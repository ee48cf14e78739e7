// What the shared library shows of the C++ interface; everything else in it is hidden.
#ifndef BELLJAR_EXPORT_H_
#define BELLJAR_EXPORT_H_

#define BELLJAR_EXPORT __attribute__((visibility("default")))

#endif  // BELLJAR_EXPORT_H_
