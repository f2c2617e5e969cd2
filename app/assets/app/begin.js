const begin = () => {
  drawn();
  lead();
  if (login()) tell("drawn", login());
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
else begin();
