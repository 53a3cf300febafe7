import { createRoot } from "react-dom/client";
import "slack-blocks-to-jsx/dist/style.css";
import "./style.css";
import { Page } from "./page";
import { Refused } from "./wire";

// What was asked on a line that broke is asked again when it is back.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Refused && event.reason.code === "lost") event.preventDefault();
});

createRoot(document.getElementById("page")!).render(<Page />);
